import type { importing as en } from '../en/importing.ts'

export const importing: typeof en = {}
