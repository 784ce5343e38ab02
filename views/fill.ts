/** A sentence with `{name}`s filled in. For those few that the browser says too; all others are functions. */
export const fill = (sentence: string, values: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
