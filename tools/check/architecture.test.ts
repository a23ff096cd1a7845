import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listImports, readWorkspaceImports } from './imports.ts'
import { findViolations } from './rules.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const imports = readWorkspaceImports(root)

test('DAT-01: packages, layers and modules import only what the table of edges allows', () => {
  const violations = findViolations(imports)
  assert.equal(
    violations.length,
    0,
    violations.map((v) => `${v.from}:${v.line} → ${v.to}: ${v.rule}. ${v.remedy}`).join('\n'),
  )
})

const planted: readonly { what: string; from: string; to: string }[] = [
  {
    what: 'control opens sealed data',
    from: 'packages/control/src/modules/jobs/index.ts',
    to: 'packages/sealed/src/open.ts',
  },
  { what: 'control runs the SQL engine', from: 'packages/control/src/modules/jobs/index.ts', to: '@duckdb/node-api' },
  { what: 'control imports data', from: 'packages/control/src/app/main.ts', to: 'packages/data/src/main.ts' },
  { what: 'web imports the command line', from: 'packages/web/src/main.tsx', to: 'packages/cli/src/main.ts' },
  { what: 'client imports what only Node has', from: 'packages/client/src/index.ts', to: 'node:crypto' },
  { what: 'cli imports data', from: 'packages/cli/src/main.ts', to: 'packages/data/src/main.ts' },
  { what: 'sealed imports contract', from: 'packages/sealed/src/index.ts', to: 'packages/contract/src/index.ts' },
  {
    what: 'platform imports a module',
    from: 'packages/control/src/platform/database.ts',
    to: 'packages/control/src/modules/jobs/index.ts',
  },
  {
    what: 'a module reaches behind an index',
    from: 'packages/control/src/modules/link/index.ts',
    to: 'packages/control/src/modules/jobs/store.ts',
  },
]
for (const { what, from, to } of planted) {
  test(`the architecture test sees a planted violation: ${what}`, () => {
    assert.notEqual(findViolations([...imports, { from, to, line: 1 }]).length, 0)
  })
}

test('a detour of the control plane through another package is seen', () => {
  const detour = [
    { from: 'packages/control/src/app/main.ts', to: 'packages/ledger/src/planted.ts', line: 1 },
    { from: 'packages/ledger/src/planted.ts', to: 'packages/sealed/src/open.ts', line: 1 },
  ]
  assert.ok(findViolations([...imports, ...detour]).some((violation) => violation.rule.startsWith('DAT-01')))
})

test('imports of every form are read', () => {
  const text = [
    "import { a } from './a.ts'",
    "import './b.ts'",
    "import type { C } from '@keyhold/sealed'",
    "export * from './d.ts'",
    "import {\n  e,\n  f,\n} from './e.ts'",
    "const g = await import('./g.ts')",
  ].join('\n')
  const found = listImports('tools/x.ts', text, (name) => name).map((edge) => edge.to)
  assert.deepEqual(found.sort(), [
    '@keyhold/sealed',
    'tools/a.ts',
    'tools/b.ts',
    'tools/d.ts',
    'tools/e.ts',
    'tools/g.ts',
  ])
})
