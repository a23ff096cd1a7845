import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell } from '@keyhold/client'
import { writeCsv } from './csv.ts'
import { writeJsonDocument, writeJsonObjects } from './json.ts'
import { formatColumns, type Result } from './result.ts'
import { writeTable } from './table.ts'

const columns = formatColumns([
  { name: 'id', type: 'BIGINT', stored: 'BIGINT' },
  { name: 'say, "hi"', type: 'VARCHAR', stored: 'VARCHAR' },
  { name: 'id', type: 'DECIMAL(4,2)', stored: 'VARCHAR' },
])
const rows: Cell[][] = [
  [1n, 'plain', '1.50'],
  [9007199254740993n, 'a,b\r\n"c"', null],
  [null, '', '0.00'],
  [2n, 'NULL', '0.00'],
  [3n, '\u001b[31mred\u0007', '0.00'],
]

function makeResult(runs: Cell[][][]): Result {
  return {
    columns,
    runs: (async function* () {
      yield* runs
    })(),
  }
}

async function collect(
  write: (sink: (text: string) => Promise<void>) => Promise<number>,
): Promise<{ text: string; count: number }> {
  let text = ''
  const count = await write(async (part) => {
    text += part
  })
  return { text, count }
}

test('CSV is RFC 4180: quoted where needed, NULL empty and unlike an empty text', async () => {
  const { text, count } = await collect((sink) => writeCsv(makeResult([rows.slice(0, 2), rows.slice(2, 4)]), sink))
  assert.equal(count, 4)
  assert.equal(
    text,
    'id,"say, ""hi""",id\r\n1,plain,1.50\r\n9007199254740993,"a,b\r\n""c""",\r\n,"",0.00\r\n2,NULL,0.00\r\n',
  )
})

test('JSON rounds nothing and keeps columns of the same name apart', async () => {
  const { text } = await collect((sink) => writeJsonObjects(makeResult([rows.slice(0, 1), rows.slice(1, 3)]), sink))
  assert.deepEqual(JSON.parse(text), [
    { id: 1, 'say, "hi"': 'plain', id_2: '1.50' },
    { id: '9007199254740993', 'say, "hi"': 'a,b\r\n"c"', id_2: null },
    { id: null, 'say, "hi"': '', id_2: '0.00' },
  ])
})

test('JSON of no rows is an empty list, and the document says what it is', async () => {
  const { text } = await collect((sink) => writeJsonObjects(makeResult([]), sink))
  assert.deepEqual(JSON.parse(text), [])
  const document = await collect((sink) =>
    writeJsonDocument(makeResult([rows.slice(0, 1)]), sink, (rowCount) => ({ rowCount })),
  )
  const parsed = JSON.parse(document.text) as { columns: unknown[]; rows: unknown[]; rowCount: number }
  assert.equal(parsed.columns.length, 3)
  assert.deepEqual(parsed.rows, [[1, 'plain', '1.50']])
  assert.equal(parsed.rowCount, 1)
})

test('a table aligns, tells NULL from the text NULL, and lets no control character reach the terminal', async () => {
  const { text } = await collect((sink) => writeTable(makeResult([rows]), sink, { isTerminal: false, width: 80 }))
  const lines = text.split('\n')
  assert.match(lines[2] ?? '', /^ +1 {2}plain/)
  assert.match(lines[3] ?? '', /^9007199254740993 {2}a,b\\r\\n"c" +NULL$/)
  assert.match(lines[4] ?? '', /^ +NULL/)
  assert.match(lines[5] ?? '', /'NULL'/)
  assert.match(lines[6] ?? '', /\\u\{1b\}\[31mred\\u\{7\}/)
  assert.ok(!text.includes('\u001b'))
})

test('lines are cut at the width of a terminal only', async () => {
  const long: Cell[][] = [[1n, 'x'.repeat(200), '1.00']]
  const terminal = await collect((sink) => writeTable(makeResult([long]), sink, { isTerminal: true, width: 40 }))
  for (const line of terminal.text.trimEnd().split('\n')) assert.ok(line.length <= 40)
  const file = await collect((sink) => writeTable(makeResult([long]), sink, { isTerminal: false, width: 40 }))
  assert.ok(file.text.includes('x'.repeat(200)))
})
