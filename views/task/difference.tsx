import { Html } from '../html.ts'

/** Above this many comparisons the texts are too long to be read word by word, and nothing is marked. */
const comparisonsAtMost = 1_000_000

/** A text in pieces: `isNew` are the words that the other text lacks, by the longest common subsequence of words. */
export function difference(text: string, other: string): { words: string; isNew: boolean }[] {
  const [a, b] = [text, other].map(each => each.split(/(?<=\s)(?=\S)/)) as [string[], string[]]
  if (a.length * b.length > comparisonsAtMost) return [{ words: text, isNew: false }]
  const width = b.length + 1
  // common[i * width + j]: how many words the rest of `a` from i and the rest of `b` from j have in common.
  const common = new Uint32Array((a.length + 1) * width)
  const same = (i: number, j: number) => a[i]!.trimEnd() === b[j]!.trimEnd()
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = same(i, j)
        ? common[(i + 1) * width + j + 1]! + 1
        : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
  const pieces: { words: string; isNew: boolean }[] = []
  const add = (word: string, isNew: boolean) => {
    const last = pieces.at(-1)
    if (last?.isNew === isNew) last.words += word
    else pieces.push({ words: word, isNew })
  }
  for (let i = 0, j = 0; i < a.length; ) {
    if (j < b.length && same(i, j)) {
      add(a[i++]!, false)
      j++
    } else if (j < b.length && common[i * width + j + 1]! >= common[(i + 1) * width + j]!) j++
    else add(a[i++]!, true)
  }
  return pieces
}

/** A text in which what another one lacks is marked. */
export const Marked = ({ text, against }: { text: string; against: string }) => (
  <>
    {difference(text, against).map(({ words, isNew }) =>
      isNew ? <ins safe>{words}</ins> : <span safe>{words}</span>,
    )}
  </>
)
