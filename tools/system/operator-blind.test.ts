/** What the operator can search: after work that succeeds and work that fails, no value, file name or SQL is in it. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makeUnsealedCopy } from '../demo/planted.ts'
import { readHoldings, searchHoldings, type Holding } from '../scan/holdings.ts'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'

/** Each family's ten values hold its stem, so that a search for the stem finds any of them; no stem occurs by chance. */
const families = {
  word: { stem: 'Zebrafinch-', type: 'VARCHAR', value: (n: number) => `Zebrafinch-${n} øre 🦆` },
  mail: { stem: '.quillfeather@', type: 'VARCHAR', value: (n: number) => `p${n}.quillfeather@example.org` },
  whole: { stem: '73409182', type: 'BIGINT', value: (n: number) => `73409182${n}5510` },
  decimal: { stem: '664417.9053', type: 'DECIMAL(18,5)', value: (n: number) => `664417.9053${n}` },
  double: { stem: '0.88213047', type: 'DOUBLE', value: (n: number) => `0.88213047${n}1` },
  date: { stem: '2093-11-1', type: 'DATE', value: (n: number) => `2093-11-1${n}` },
  instant: { stem: '2087-06-05 04:03:0', type: 'TIMESTAMP', value: (n: number) => `2087-06-05 04:03:0${n}` },
  id: {
    stem: 'f3a9c1e7-5b2d-4d71-9c60-',
    type: 'UUID',
    value: (n: number) => `f3a9c1e7-5b2d-4d71-9c60-00000000000${n}`,
  },
  nested: { stem: 'murmuration', type: 'VARCHAR[]', value: (n: number) => `[murmuration${n}]` },
} as const

/** What is told to the programs besides the values of the files. */
const spoken = {
  fileName: 'kestrel-payroll-2093',
  badFileName: 'merlin-payroll-2093',
  badValue: 'Goshawk-in-a-number',
  rightNeighbour: 'Harrier-beside-it',
  sql: 'nightjar_in_the_sql',
  parameter: 'Corncrake as a parameter',
  failingSql: 'wryneck_in_failing_sql',
  syntax: 'bittern_in_broken_sql',
} as const

const names = Object.keys(families) as (keyof typeof families)[]
const planted = names.flatMap((name) => Array.from({ length: 10 }, (_, n) => families[name].value(n)))
const searched = [...names.map((name) => families[name].stem), ...Object.values(spoken)]

let place: TestInstallation
let files: string

before(async () => {
  place = await startTestInstallation()
  files = join(place.folder, 'files')
  mkdirSync(files)
})
after(() => place.end())

function writePlanted(): string {
  const rows = Array.from({ length: 10 }, (_, n) => names.map((name) => families[name].value(n)).join(','))
  return writeFile(`${spoken.fileName}.csv`, `${names.join(',')}\n${rows.join('\n')}\n`)
}

function writeFile(name: string, text: string): string {
  writeFileSync(join(files, name), text)
  return join(files, name)
}

async function load(): Promise<void> {
  const schema = writeFile('schema.json', JSON.stringify(names.map((name) => ({ name, type: families[name].type }))))
  await place.owner.json(['upload', writePlanted(), 'blind.people', '--schema', schema])
  const sql = `select ${spoken.sql}.* from blind.people ${spoken.sql} where word <> $name -- ${spoken.sql}`
  for (const cache of [[], [], ['--no-cache']]) {
    const found = await place.owner.run([
      'query',
      sql,
      '--param',
      `name=${spoken.parameter}`,
      '--format',
      'csv',
      ...cache,
    ])
    assert.equal(found.code, 0, found.stderr)
    for (const value of planted) assert.ok(found.stdout.includes(value), `the owner reads ${value}`)
  }
}

async function failToLoad(): Promise<void> {
  const schema = writeFile('two.json', '[{"name": "a", "type": "BIGINT"}, {"name": "b", "type": "VARCHAR"}]')
  const rows = `a,b\n1,${families.word.value(1)}\n${spoken.badValue},${spoken.rightNeighbour}\n`
  const path = writeFile(`${spoken.badFileName}.csv`, rows)
  const refused = await place.owner.run(['upload', path, 'blind.refused', '--schema', schema])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /import\.bad_row/)
  assert.match(refused.stderr, /line 3; the rule: not_an_integer/)
  for (const value of [...searched, ...planted]) assert.ok(!refused.stderr.replaceAll(path, '').includes(value), value)
}

async function failToAsk(): Promise<void> {
  const quoting = await place.owner.run(['query', `select word::integer as ${spoken.failingSql} from blind.people`])
  assert.equal(quoting.code, 1)
  assert.match(quoting.stderr, /query\.bad_value/)
  assert.ok(quoting.stderr.includes(families.word.stem), 'the asker is told the value that DuckDB names')
  for (const sql of [
    `select from ${spoken.syntax}`,
    `select ${spoken.syntax} from blind.people`,
    `from blind.${spoken.syntax}`,
  ]) {
    assert.equal((await place.owner.run(['query', sql])).code, 1)
  }
  assert.equal((await place.owner.run(['query', 'select 1', '--param', `x=${spoken.parameter}`])).code, 1)
}

test('the search finds every planted value in a copy that is not sealed', async () => {
  const copy = await makeUnsealedCopy({ csv: [writePlanted()], folder: files })
  for (const holding of copy) {
    const found = new Set((await searchHoldings([holding], planted)).map(({ value }) => value))
    assert.deepEqual(
      planted.filter((value) => !found.has(value)),
      [],
      holding.place,
    )
  }
  const stems = names.map((name) => families[name].stem)
  const found = new Set((await searchHoldings(copy, stems)).map(({ value }) => value))
  assert.deepEqual(
    stems.filter((stem) => !found.has(stem)),
    [],
  )
})

test('DAT-01, KH-01, DAT-21: database, objects and logs hold no value, file name, parameter or SQL, also after failures', async () => {
  await load()
  await failToLoad()
  await failToAsk()
  const holdings = await readHoldings(place.home)
  for (const kind of ['database public.uploads', 'control folder objects', 'control folder logs', 'data log']) {
    assert.ok(
      holdings.some((holding) => holding.place.includes(kind)),
      `${kind} is searched (${places(holdings)})`,
    )
  }
  const output = { place: 'standard output and error of both planes', bytes: Buffer.from(place.log.join('\n')) }
  assert.deepEqual(await searchHoldings([...holdings, output], searched), [])
})

function places(holdings: readonly Holding[]): string {
  return [...new Set(holdings.map((holding) => holding.place.split('/')[0]))].join(', ')
}
