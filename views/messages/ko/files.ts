import type { files as en } from '../en/files.ts'

export const files: typeof en = {}
