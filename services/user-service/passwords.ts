import { invalid, unavailable } from '../kit/problem.ts'

/** Argon2id with 19 MiB and two passes (OWASP Password Storage Cheat Sheet). */
const argon2id = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** The hash of a password that nobody has, with the same parameters: an unknown email costs what a known one does. */
export const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$/xQCOgK3S3NDAuvzFlGXpJMmVQ5XrYmkTPw7RMipofM$VfCPFuD195EyA7MY1kQr6LzLPYiOgWbc8Dos4y0HCpc'

/** Keyboards and systems write the same characters in more than one form (NIST SP 800-63B, 3.1.1.2). */
const oneForm = (password: string) => password.normalize('NFKC')

/** Hashes a password. Throws 503 when too many wait for their turn already. */
export const hashPassword = (password: string) => inTurn(() => Bun.password.hash(oneForm(password), argon2id))

/** Whether the password belongs to the hash. Throws 503 when too many wait for their turn already. */
export const verifyPassword = (password: string, hash: string) =>
  inTurn(() => Bun.password.verify(oneForm(password), hash))

// Each hash holds 19 MiB while it is made: two at once keep the memory small and two cores busy.
let free = 2
const waiting: (() => void)[] = []
const mostWaiting = 200

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free--
  else {
    if (waiting.length >= mostWaiting) throw unavailable(2)
    await new Promise<void>(resolve => waiting.push(resolve))
  }
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
}

/** Words that the commonest passwords consist of, alone or one after the other, once digits and signs are taken away. */
const commonWords =
  'password passwort passw pass pwd admin administrator root user login guest test temp changeme letmein welcome hello secret master ' +
  'default access server computer internet iloveyou love loveyou sunshine princess monkey dragon football baseball basketball superman ' +
  'batman pokemon starwars trustno shadow michael jordan jessica charlie summer winter spring autumn samsung google facebook whatever ' +
  'nothing forever freedom company office team taskmate qwerty qwertz azerty asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qwer wasd abc abcd ' +
  'qwe asd zxc my i you the is sarang saranghae korea seoul dkssud dkssudgktpdy gkssk tkfkd tkfkdgo qlalfqjsgh 비밀번호 사랑해 안녕하세요'
const common = commonWords.split(' ')

const runs = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertyuiop[]asdfghjkl;zxcvbnm,./',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'qazwsxedcrfvtgbyhnujmikolp',
].flatMap(run => [run, [...run].reverse().join('')])

const letterFor: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/**
 * Throws 422 `common_password` on `field` for a password that is tried first (NIST SP 800-63B, 3.1.1.2): few different characters, a walk over
 * the keyboard, or nothing but common words and parts of the person's own email and name with digits and signs around.
 */
export function refuseCommon(password: string, person: { email: string; name: string }, field: string) {
  const text = oneForm(password).toLowerCase()
  const own = `${person.email} ${person.name}`
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(part => part.length > 1)
  const words = [...common, ...own]
  const bare = (letters: string) => letters.replace(/[^\p{L}]/gu, '')
  // Read twice, since `0` may stand for a letter or just for a digit: p4ssw0rd2024.
  const core = text.replace(/^[^\p{L}]+|[^\p{L}@$]+$/gu, '')
  const readings = [bare(text), bare(core.replace(/[013457@$!]/g, sign => letterFor[sign]!))]
  const isRun = (part: string) => part.length >= 4 && runs.some(run => run.includes(part))
  if (
    new Set(text).size < 5 ||
    isRun(text) ||
    readings.some(letters => isRun(letters) || (letters !== '' && consistsOf(letters, words)))
  )
    throw invalid(field, 'common_password')
}

/** Whether the text is a row of words and nothing else. Linear in text and words, since both come from outside. */
function consistsOf(text: string, words: readonly string[]): boolean {
  const reached = new Set([0])
  for (let at = 0; at < text.length; at++)
    if (reached.has(at))
      for (const word of words) if (text.startsWith(word, at)) reached.add(at + word.length)
  return reached.has(text.length)
}
