import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { checks, compileCheck } from './compile-checks.ts'

type IsSuch = (value: unknown) => boolean

const place = { x: 0, y: 0, width: 3, height: 2 }
const text = (more: object) => ({ kind: 'text', id: 'a1b2c3d4', text: 'words', place, ...more })
const board = (more: object) => ({ format: 1, description: '', tiles: [], filters: [], ...more })

/** Of every kind some that fit and some that do not. */
const values: unknown[] = [
  undefined,
  null,
  'text',
  [],
  {},
  { version: 3 },
  { version: null },
  { version: -1 },
  { version: 1.5 },
  board({}),
  board({ format: 2 }),
  board({ extra: true }),
  board({ tiles: [text({})] }),
  board({ tiles: [text({ text: '😀'.repeat(6000) })] }),
  board({ tiles: [text({ place: { ...place, x: -1 } })] }),
  board({ tiles: [text({ kind: 'unknown' })] }),
  { format: 1, sql: 'select 1', parameters: [], chart: null },
  { format: 1, sql: 1, parameters: [], chart: null },
  { fileName: 'a.csv', format: 'csv' },
]

for (const [file, [name, schema]] of Object.entries(checks)) {
  test(`the compiled ${file} says what the general checker says`, async () => {
    const code = compileCheck(name, schema)
    const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Record<string, IsSuch>
    const isSuch = module[name]
    assert.ok(isSuch)
    for (const value of values) assert.equal(isSuch(value), Check(schema, value), JSON.stringify(value)?.slice(0, 200))
  })
}

test('some of the values fit, and the code makes no code from text', () => {
  const fitting = Object.values(checks).filter(([, schema]) => values.some((value) => Check(schema, value)))
  assert.ok(fitting.length >= 2, fitting.map(([name]) => name).join())
  for (const check of Object.values(checks))
    assert.doesNotMatch(compileCheck(...check), /\brequire\(|\beval\(|new Function/)
})
