/** docs/asvs.csv: every requirement of OWASP ASVS 5.0.0, levels 1 and 2, with evidence that is really there and run. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseCsv } from '../system/parse-csv.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What `npm test` and its kin run: see tools/test.ts. */
const suites = new Set(
  globSync('{packages/*/src,packages/*/build,tools,bench}/**/*.{test,browser,peers,long}.ts', { cwd: root }).map(
    (file) => file.replaceAll('\\', '/'),
  ),
)

/** `id level` of each, as published by OWASP (CC BY-SA 4.0). */
const published = readFileSync(new URL('asvs-ids.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

type Row = { readonly id: string; readonly level: string; readonly status: string; readonly evidence: string }

function readTable(text: string): Row[] {
  const [head, ...rows] = parseCsv(text.replaceAll('\n', '\r\n'))
  assert.deepEqual(head, ['id', 'level', 'status', 'evidence'])
  return rows.map(([id, level, status, evidence]) => ({
    id: id ?? '',
    level: level ?? '',
    status: status ?? '',
    evidence: evidence ?? '',
  }))
}

/** What is wrong with the table; nothing when it holds. */
function findFaults(rows: readonly Row[], readTest: (path: string) => string | undefined): string[] {
  const listed = rows.map(({ id, level }) => `${id} ${level}`)
  return [
    ...published.filter((id) => !listed.includes(id)).map((id) => `${id} is missing`),
    ...listed.filter((id) => !published.includes(id)).map((id) => `${id} is no requirement of this level`),
    ...listed.filter((id, index) => listed.indexOf(id) !== index).map((id) => `${id} is there twice`),
    ...rows.flatMap((row) => judgeEvidence(row, readTest)),
  ]
}

function judgeEvidence({ id, status, evidence }: Row, readTest: (path: string) => string | undefined): string[] {
  if (status === 'reasoned') return evidence.length >= 40 ? [] : [`${id} has no reason of a sentence`]
  if (status !== 'shown') return [`${id} is neither shown nor reasoned`]
  const [path = '', name] = evidence.split('#')
  const text = readTest(path)
  if (text === undefined) return [`${id}: ${path} is not run by a suite`]
  return name === undefined || namesTest(text, name) ? [] : [`${id}: ${path} has no test named "${name}"`]
}

/** Names stand in quotes, are made of a rule's id and words, or are a row's title. */
function namesTest(text: string, name: string): boolean {
  return text.split('\n').some((line) => line.includes(name) && !/^\s*(\/\/|\*|\/\*|import )/.test(line))
}

function readSuite(path: string): string | undefined {
  return suites.has(path) ? readFileSync(root + path, 'utf8') : undefined
}

const rows = readTable(readFileSync(`${root}docs/asvs.csv`, 'utf8'))

test('every requirement of levels 1 and 2 is in the table once, with evidence that is there', () => {
  assert.equal(published.length, 253)
  assert.deepEqual(findFaults(rows, readSuite), [])
})

test('most are shown by a test, and what is open says so', (context) => {
  const shown = rows.filter(({ status }) => status === 'shown').length
  const open = rows.filter(({ status, evidence }) => status === 'reasoned' && evidence.startsWith('Open')).length
  context.diagnostic(`${shown} of ${rows.length} shown, ${rows.length - shown} reasoned, ${open} of those open`)
  assert.ok(shown / rows.length >= 0.85)
})

test('the table’s check finds each fault that it exists for', () => {
  const [first] = rows as [Row]
  const change = (changed: Partial<Row>) => findFaults([{ ...first, ...changed }, ...rows.slice(1)], readSuite)
  assert.match(findFaults(rows.slice(1), readSuite).join(), /is missing/)
  assert.match(findFaults([first, ...rows], readSuite).join(), /is there twice/)
  assert.match(change({ level: '1' }).join(), /is no requirement of this level/)
  assert.match(change({ status: 'done' }).join(), /neither shown nor reasoned/)
  assert.match(change({ status: 'reasoned', evidence: 'n/a' }).join(), /no reason of a sentence/)
  assert.match(change({ evidence: 'tools/check/none.test.ts#x' }).join(), /not run by a suite/)
  assert.match(change({ evidence: 'tools/check.ts#x' }).join(), /not run by a suite/)
  assert.match(
    change({ evidence: 'tools/check/asvs.test.ts#a test of another name'.replace('another', 'no such') }).join(),
    /has no test named/,
  )
})
