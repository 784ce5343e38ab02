import type { apidocs as en } from '../en/apidocs.ts'

export const apidocs: typeof en = {}
