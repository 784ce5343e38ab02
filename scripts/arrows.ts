import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

/** One import in a source file; paths are relative to the top of the repository. */
type Arrow = { from: string; line: number; to: string; typeOnly: boolean }

/**
 * Who may import whom, read from the sources under `top`: gives one line for each import that breaks a rule, as
 * `file:line imports file: rule`, and one for each ring of folders that import each other. Tests, and the files testing.ts that
 * only tests import, may import anything.
 */
export function brokenArrows(top: string): string[] {
  const files = [...new Bun.Glob('{services,views,scripts}/**/*.{ts,tsx}').scanSync({ cwd: top })]
    .filter(file => !/(^|\/)(node_modules|dist)\/|\.test\.tsx?$/.test(file) && !isTesting(file))
    .sort()
  const arrows = files.flatMap(file => arrowsOf(file, readFileSync(join(top, file), 'utf8')))
  const broken = arrows.flatMap(arrow => {
    const rule = brokenRule(arrow)
    return rule ? [`${arrow.from}:${arrow.line} imports ${arrow.to}: ${rule}`] : []
  })
  return [...broken, ...rings(arrows)]
}

const isTesting = (file: string) => /(^|\/)testing\.tsx?$/.test(file)

function arrowsOf(from: string, text: string): Arrow[] {
  const source = ts.createSourceFile(from, text, ts.ScriptTarget.Latest, true)
  const arrows: Arrow[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return
    const line = source.getLineAndCharacterOfPosition(specifier.getStart()).line + 1
    arrows.push({ from, line, to: posix.join(dirname(from), specifier.text), typeOnly })
  }
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return arrows
}

const isContract = (file: string) => /^services\/[^/]+-service\/contract\.ts$/.test(file)

/** The part of the house that a file belongs to: `services/kit`, `services/task-service`, `views`, `scripts` … */
const partOf = (file: string) =>
  file
    .split('/')
    .slice(0, file.startsWith('services/') ? 2 : 1)
    .join('/')

function brokenRule({ from, to, typeOnly }: Arrow): string | undefined {
  const part = partOf(from)
  const target = partOf(to)
  if (part === 'scripts') return
  if (isTesting(to)) return 'only tests import what is made for tests'
  if (part === 'views') {
    if (target === 'views' || (isContract(to) && typeOnly)) return
    return 'views import views, and of contracts the types alone (import type)'
  }
  if (part === 'services/kit') return target === part ? undefined : 'kit stands on nothing but itself'
  if (isContract(from)) {
    if (target === 'services/kit' || isContract(to)) return
    return 'a contract imports kit and contracts, so that who imports it gets nothing else'
  }
  if (target === part || target === 'services/kit' || isContract(to)) return
  if (target === 'views')
    return part === 'services/frontend-service' ? undefined : 'only the frontend imports views'
  return 'a service imports kit, its own files and the contracts of others'
}

/**
 * Folders that import each other in a ring. A folder and one inside it are at home with each other (single files in a ring
 * are the linter's to find), and a contract is a folder of its own: two services may know each other's.
 */
function rings(arrows: Arrow[]): string[] {
  const nodeOf = (file: string) => (isContract(file) ? file : dirname(file))
  const edges = new Map<string, Map<string, Arrow>>()
  for (const arrow of arrows) {
    const [from, to] = [nodeOf(arrow.from), nodeOf(arrow.to)]
    if (`${from}/`.startsWith(`${to}/`) || `${to}/`.startsWith(`${from}/`)) continue
    if (!edges.has(from)) edges.set(from, new Map())
    if (!edges.get(from)!.has(to)) edges.get(from)!.set(to, arrow)
  }
  const found: string[] = []
  const done = new Set<string>()
  const walk = (node: string, path: string[]) => {
    if (path.includes(node)) {
      const ring = [...path.slice(path.indexOf(node)), node]
      const via = ring.slice(1).map((to, index) => edges.get(ring[index]!)!.get(to)!)
      found.push(
        `${ring.join(' → ')}: folders import each other (${via.map(({ from, line }) => `${from}:${line}`).join(', ')})`,
      )
      return
    }
    if (done.has(node)) return
    for (const to of edges.get(node)?.keys() ?? []) walk(to, [...path, node])
    done.add(node)
  }
  for (const node of edges.keys()) walk(node, [])
  return found
}
