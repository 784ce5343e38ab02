/** The first that fits wins: Edge and Samsung call themselves Chrome too, Chrome calls itself Safari, and an iPhone a Mac. */
const programs: [RegExp, string][] = [
  [/Edg(?:A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Whale\//, 'Whale'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/Version\/.*Safari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
]

const find = (list: [RegExp, string][], text: string) => list.find(([pattern]) => pattern.test(text))?.[1]

/**
 * What a User-Agent says of a browser or program, for people who look for a session that is not theirs. A program that is no browser goes by the
 * name that it gives itself; null for what is not said.
 */
export function device(userAgent: string): { program: string | null; system: string | null } {
  return {
    program: find(programs, userAgent) ?? /^(?!Mozilla\/)[\w.-]{1,40}/.exec(userAgent)?.[0] ?? null,
    system: find(systems, userAgent) ?? null,
  }
}
