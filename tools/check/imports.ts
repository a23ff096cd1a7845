import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** One import statement: from a file, to a file of ours (path from the root) or to a package's name. */
export type Import = { from: string; to: string; line: number }

const pattern =
  /(?:^|\n)\s*(?:import|export)\b[^'"\n]*?(?:\{[^}]*\})?[^'"\n]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g

/** Every import in one file's text; `resolveOwn` turns an `@keyhold/…` specifier into a path from the root. */
export function listImports(file: string, text: string, resolveOwn: (specifier: string) => string): Import[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const specifier = match[1] ?? match[2] ?? match[3]
    if (specifier === undefined) return []
    const line = text.slice(0, match.index).split('\n').length
    const to = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : resolveOwn(specifier)
    return [{ from: file, to, line }]
  })
}

type Exports = Record<string, string | Record<string, string>>

/** `@keyhold/sealed/open` → `packages/sealed/src/open.ts`, by the package's own `exports`; other names stay as they are. */
function resolveOwnPackage(root: string): (specifier: string) => string {
  return (specifier) => {
    const match = /^@keyhold\/([a-z]+)(\/.+)?$/.exec(specifier)
    if (match === null) return specifier
    const manifest = JSON.parse(readFileSync(join(root, 'packages', match[1] ?? '', 'package.json'), 'utf8')) as {
      exports: Exports
    }
    const target = manifest.exports[`.${match[2] ?? ''}`]
    const file = typeof target === 'string' ? target : (target?.['node'] ?? target?.['default'])
    if (file === undefined) throw new Error(`${specifier} is not exported by packages/${match[1]}/package.json`)
    return normalize(join('packages', match[1] ?? '', file))
  }
}

/** All imports of the workspace's sources. */
export function readWorkspaceImports(root: string): Import[] {
  const resolve = resolveOwnPackage(root)
  const files = globSync('{packages/*/src,tools,bench}/**/*.{ts,tsx}', { cwd: root }).sort()
  return files.flatMap((file) => listImports(file, readFileSync(join(root, file), 'utf8'), resolve))
}

/** Every file that is reached from `entries` by imports, `entries` included. */
export function reachable(imports: readonly Import[], entries: readonly string[]): Map<string, string> {
  const byFile = Map.groupBy(imports, (edge) => edge.from)
  const reachedFrom = new Map(entries.map((entry) => [entry, entry]))
  const queue = [...entries]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const edge of byFile.get(file) ?? []) {
      if (reachedFrom.has(edge.to)) continue
      reachedFrom.set(edge.to, file)
      queue.push(edge.to)
    }
  }
  return reachedFrom
}
