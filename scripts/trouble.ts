/** Something stands in the way that the person at the keyboard can remove. The message is the one line they read. */
export class Trouble extends Error {}

/** Runs a command of the workshop. Trouble is said in one line with exit code 1; anything else is a bug and keeps its stack. */
export async function command(main: () => Promise<unknown>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const trouble = asTrouble(error)
    if (!trouble) throw error
    console.error(trouble.message)
    process.exit(1)
  }
}

/** Tells trouble of the machine (a full disk, a folder that may not be written) from a bug, which gives undefined. */
export function asTrouble(error: unknown): Trouble | undefined {
  if (error instanceof Trouble) return error
  const { code, path, message } = error as { code?: string; path?: string; message?: string }
  const where = path ? ` (${path})` : ''
  if (code === 'ENOSPC' || code === 'EDQUOT' || diskFull(message ?? ''))
    return new Trouble(`The disk is full${where}. Free some space and start again.`)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Trouble(`This user may not write here${where}.`)
}

/** Whether what a program wrote says that it ran out of disk. */
export const diskFull = (text: string) => /ENOSPC|No space left on device|Disk quota exceeded/i.test(text)
