import type { Import } from './imports.ts'
import { reachable } from './imports.ts'

/** Which package may import which; what is not here is forbidden. Tests may reach further: see `testEdges`. */
const packageEdges: Record<string, readonly string[]> = {
  sealed: [],
  ledger: [],
  contract: [],
  control: ['contract', 'ledger', 'sealed'],
  data: ['contract', 'ledger', 'sealed'],
  client: ['contract', 'ledger', 'samples', 'sealed'],
  samples: ['contract'],
  cli: ['client', 'contract', 'ledger', 'samples', 'sealed'],
  web: ['client', 'contract', 'ledger', 'samples', 'sealed'],
  tools: ['contract', 'ledger', 'sealed', 'control', 'data', 'client', 'samples', 'cli', 'web'],
  bench: ['contract', 'ledger', 'sealed', 'control', 'data', 'client', 'samples', 'cli', 'web', 'tools'],
}

/** Inside the control plane: wiring may use modules, modules may use the platform; never back. */
const controlLayers: Record<string, readonly string[]> = {
  app: ['app', 'modules', 'platform'],
  modules: ['modules', 'platform'],
  platform: ['platform'],
  testing: ['app', 'modules', 'platform', 'testing'],
  // A process of its own, which nothing imports.
  authoriser: ['authoriser', 'platform'],
}

/** Packages whose code runs in browsers too: nothing of Node's own. `sealed` and `ledger` choose by condition instead. */
const browserPackages = new Set(['client', 'contract', 'samples', 'web'])

/** Packages that the control plane must not reach by any path: they open sealed data, hold keys, or run SQL of customers. */
const forbiddenToControl = [/^packages\/sealed\/src\/open/, /^packages\/data\//, /^@duckdb\//, /keyfile/]

export type Violation = { rule: string; from: string; to: string; line: number; remedy: string }

function packageOf(path: string): string | undefined {
  return /^packages\/([a-z]+)\//.exec(path)?.[1] ?? /^(tools|bench)\//.exec(path)?.[1]
}

function isTest(path: string): boolean {
  return /\.(test|browser|peers|long)\.ts$/.test(path) || path.includes('/testing/') || path.includes('/asvs/')
}

function checkPackageEdge(edge: Import): Violation[] {
  const from = packageOf(edge.from)
  const to = packageOf(edge.to)
  if (from === undefined || to === undefined || from === to) return []
  if (packageEdges[from]?.includes(to)) return []
  if (isTest(edge.from) && to === 'tools') return []
  return [
    { ...edge, rule: `${from} may not import ${to}`, remedy: 'Move what both need into contract, sealed or ledger.' },
  ]
}

function checkControlLayer(edge: Import): Violation[] {
  const layer = (path: string) => /^packages\/control\/src\/(app|modules|platform|testing|authoriser)\//.exec(path)?.[1]
  const from = layer(edge.from)
  const to = layer(edge.to)
  if (from === undefined || to === undefined || isTest(edge.from)) return []
  if (controlLayers[from]?.includes(to)) return []
  return [
    { ...edge, rule: `control/${from} may not import control/${to}`, remedy: 'app → modules → platform, never back.' },
  ]
}

function checkModuleEntry(edge: Import): Violation[] {
  const module = (path: string) => /^packages\/control\/src\/modules\/([a-z-]+)\/(.+)$/.exec(path)
  const to = module(edge.to)
  if (to === null || to[2] === 'index.ts' || isTest(edge.from)) return []
  if (module(edge.from)?.[1] === to[1]) return []
  return [
    {
      ...edge,
      rule: `module ${to[1]} is entered through its index.ts`,
      remedy: 'Export it from the index, or do not use it.',
    },
  ]
}

function checkBrowserImport(edge: Import): Violation[] {
  const from = packageOf(edge.from)
  if (from === undefined || !browserPackages.has(from) || isTest(edge.from) || !edge.to.startsWith('node:')) return []
  return [
    { ...edge, rule: `${from} runs in browsers too`, remedy: 'Pass it in as an argument, or use what both have.' },
  ]
}

/** Walks the import graph from every file of the control plane, so that a detour through another package is seen too. */
function checkControlReach(imports: readonly Import[]): Violation[] {
  const entries = [...new Set(imports.map((edge) => edge.from))].filter(
    (file) => packageOf(file) === 'control' && !isTest(file),
  )
  return [...reachable(imports, entries)].flatMap(([to, from]) =>
    forbiddenToControl.some((pattern) => pattern.test(to))
      ? [
          {
            from,
            to,
            line: 0,
            rule: 'DAT-01: the control plane reaches code that can open data',
            remedy: 'Do this in the data plane.',
          },
        ]
      : [],
  )
}

/** All violations of the architecture; empty when it holds. */
export function findViolations(imports: readonly Import[]): Violation[] {
  const edges = imports.flatMap((edge) => [
    ...checkPackageEdge(edge),
    ...checkControlLayer(edge),
    ...checkModuleEntry(edge),
    ...checkBrowserImport(edge),
  ])
  return [...edges, ...checkControlReach(imports)]
}
