/** The first sound of a Hangul syllable, by its place among the 19 initials; ㅇ is silent, so its vowel speaks. */
const initials = 'GGNDDRMBBSS.JJCKTPH'
const vowels = 'AAYYEEYYOWWWYUWWWYEUI'

function letter(character: string): string {
  const syllable = character.codePointAt(0)! - 0xac00
  if (syllable < 0 || syllable >= 11_172) return character
  const initial = initials[Math.floor(syllable / 588)]!
  return initial === '.' ? vowels[Math.floor((syllable % 588) / 28)]! : initial
}

/**
 * A project's key made from its name: the first letters of its words, or of its only word. `Website relaunch` gives `WR`, `Operations`
 * `OPER`, `마케팅 캠페인` `MK`. A name without usable letters gives `P`, which needs something behind it: a key has at least two characters.
 */
export function keyFromName(name: string): string {
  const words = name
    .normalize('NFC')
    .replace(/[가-힣]/g, letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .map(word => word.replace(/^\d+(?=[A-Z])/, ''))
    .filter(Boolean)
  const short =
    words.length > 1
      ? words
          .map(word => word[0])
          .join('')
          .slice(0, 5)
      : (words[0] ?? '').slice(0, 4)
  return /^[A-Z]/.test(short) ? short : `P${short}`
}

/** Keys to try for a name, best first: the plain one, then with a counter, then with random digits. */
export function* keyCandidates(name: string): Generator<string> {
  const base = keyFromName(name)
  if (base.length > 1) yield base
  for (let count = 2; count <= 9; count++) yield `${base}${count}`
  for (let tries = 0; tries < 20; tries++)
    yield `${base}${crypto.getRandomValues(new Uint32Array(1))[0]! % 100_000}`
}
