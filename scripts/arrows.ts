export async function brokenArrows(_root: string): Promise<string[]> {
  return []
}
