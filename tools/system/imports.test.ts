/** Files as people really have them, from the command line through both planes to what a query prints. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ImportReport } from '@keyhold/contract'
import type { CommandContext } from '../../packages/cli/src/command.ts'
import { runCommandLine } from '../../packages/cli/src/run.ts'
import { connectServer } from '../../packages/cli/src/session/connection.ts'
import { makeWorkbook } from '../../packages/data/src/engine/testing/make-workbook.ts'
import { startTestInstallation, type Shell, type TestInstallation } from '../testing/shell.ts'

let place: TestInstallation
let owner: Shell

before(async () => {
  place = await startTestInstallation()
  owner = place.owner
})
after(() => place.end())

function writeFile(name: string, content: string | Buffer): string {
  writeFileSync(join(place.folder, name), content)
  return join(place.folder, name)
}

type Loaded = { files: { rows: number | null; report: ImportReport; job: string }[] }

/** Loads with the report of the load, which is told on request. */
async function load(file: string, table: string, ...words: string[]): Promise<ImportReport> {
  const { files } = await owner.json<Loaded>(['upload', file, table, '--verbose', ...words])
  return files[0]?.report ?? assert.fail('no report')
}

async function readTable(table: string): Promise<string> {
  const { stdout, stderr, code } = await owner.run(['query', `select * from ${table} order by all`, '--format', 'csv'])
  assert.equal(code, 0, stderr)
  return stdout.replaceAll('\r\n', '\n')
}

const latin = (text: string): Buffer => Buffer.from(text.replaceAll('€', '\x80'), 'latin1')
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le')
const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`

type Case = { name: string; content: string | Buffer; words?: string[]; shows: string; source: object }

const cases: Record<string, Case> = {
  'CSV from a German Excel: Windows-1252, semicolons, decimal commas, dates, a currency sign': {
    name: 'umsatz.csv',
    content: latin(
      'Kunde;Betrag;Tag;Preis\r\nMüller & Söhne;1.234,50;31.12.2026;5 €\r\n"Groß; Klein";-7,25;01.02.2026;12 €\r\n',
    ),
    shows: 'Kunde,Betrag,Tag,Preis\nGroß; Klein,-7.25,2026-02-01,12 €\nMüller & Söhne,1234.5,2026-12-31,5 €\n',
    source: { encoding: 'windows-1252', delimiter: ';', decimal: ',', thousands: '.', skippedLines: 0 },
  },
  'UTF-8 with a byte order mark and CRLF': {
    name: 'mark.csv',
    content: '\uFEFFid,name\r\n1,Łódź\r\n2,"a\r\nb"\r\n',
    shows: 'id,name\n1,Łódź\n2,"a\nb"\n',
    source: { encoding: 'utf-8', delimiter: ',' },
  },
  '“Unicode text” from Excel: UTF-16 with tabs': {
    name: 'unicode.txt',
    content: utf16('id\tname\tbig\r\n00123\tŁódź\t9007199254740993\r\n00124\t"say ""hi"""\t2\r\n'),
    shows: 'id,name,big\n00123,Łódź,9007199254740993\n00124,"say ""hi""",2\n',
    source: { encoding: 'utf-16le', delimiter: '\t' },
  },
  'a title, an empty line and two header rows': {
    name: 'headers.csv',
    content: 'Report 2026;;\n;;\nyear;price;price\n;net;gross\n2026;1,5;2,5\n',
    words: ['--skip-lines', '2', '--header-rows', '2'],
    shows: 'year,price net,price gross\n2026,1.5,2.5\n',
    source: { headerRows: 2, skippedLines: 2, decimal: ',' },
  },
  'Excel’s sep= line, and ambiguous dates that stay text': {
    name: 'sep.csv',
    content: 'sep=|\nday|n\n01/02/2026|1\n03/04/2026|2\n',
    shows: 'day,n\n01/02/2026,1\n03/04/2026,2\n',
    source: { delimiter: '|', skippedLines: 1 },
  },
  'the same dates with the pattern given, times of a zone, texts for NULL': {
    name: 'given.csv',
    content: 'day,at,n\n01/02/2026,2026-07-01 12:00:00,NA\n03/04/2026,2026-01-01 12:00:00,-\n',
    words: ['--date-format', 'DD/MM/YYYY', '--time-zone', 'Europe/Berlin', '--null', 'NA', '--null', '-'],
    shows: 'day,at,n\n2026-02-01,2026-07-01 10:00:00+00,\n2026-04-03,2026-01-01 11:00:00+00,\n',
    source: { timeZone: 'Europe/Berlin', nullTexts: ['NA', '-'] },
  },
  'a code page that was given': {
    name: 'polska.csv',
    content: Buffer.from('nazwa\n\xa3\xf3d\x9f\n', 'latin1'),
    words: ['--encoding', 'windows-1250'],
    shows: 'nazwa\nŁódź\n',
    source: { encoding: 'windows-1250' },
  },
  'column names that repeat or are missing': {
    name: 'names.csv',
    content: 'a,a,,A\n1,2,3,4\n',
    shows: 'a,a_1,column2,A_2\n1,2,3,4\n',
    source: { delimiter: ',' },
  },
  'a JSON document with an array inside': {
    name: 'api.json',
    content: JSON.stringify({
      page: 1,
      result: {
        rows: [
          { id: 1, tags: ['x'] },
          { id: 2, tags: null },
        ],
      },
    }),
    shows: 'id,tags\n1,"[""x""]"\n2,\n',
    source: { jsonPath: 'result.rows' },
  },
  'a sheet of a workbook, by its name': {
    name: 'book.xlsx',
    content: makeWorkbook({
      sheets: {
        First: `<row r="1">${inline('x')}</row>`,
        '2024': `<row r="1">${inline('id')}${inline('day')}${inline('zip')}</row><row r="2"><c><v>1</v></c><c s="1"><v>45351</v></c>${inline('00123')}</row>`,
      },
      formats: ['dd/mm/yyyy'],
    }),
    words: ['--sheet', '2024'],
    shows: 'id,day,zip\n1,2024-02-29,00123\n',
    source: { sheet: '2024', headerRows: 1 },
  },
}

for (const [title, { name, content, words = [], shows, source }] of Object.entries(cases)) {
  test(title, async () => {
    const table = `files.${name.replace(/\..*$/, '')}`
    const report = await load(writeFile(name, content), table, ...words)
    assert.equal(await readTable(table), shows)
    assert.deepEqual({ ...report.source, ...source }, report.source)
    assert.equal(report.fileName, name)
  })
}

test('a very wide file loads, and its report is cut rather than refused', async () => {
  const names = Array.from({ length: 1500 }, (_, index) => `c${index}`)
  const report = await load(
    writeFile('wide.csv', `${names.join(',')}\n${names.map((_, index) => index).join(',')}\n`),
    'files.wide',
  )
  assert.equal(report.rowsLoaded, 1)
  assert.ok(report.columns.length <= 1000)
  const { stdout } = await owner.run(['query', 'select c1499 from files.wide', '--format', 'csv'])
  assert.equal(stdout, 'c1499\r\n1499\r\n')
})

test('a totals line at the end goes into the quarantine, where an owner may query it', async () => {
  const schema = writeFile('schema.json', '[{"name": "item", "type": "VARCHAR"}, {"name": "n", "type": "BIGINT"}]')
  const file = writeFile('totals.csv', 'item,n\na,1\nb,2\nTotal,3,EUR\n')
  const words = ['--schema', schema, '--bad-rows', 'quarantine']
  const said = await owner.run(['upload', file, 'files.totals', ...words])
  assert.equal(said.code, 0, said.stderr)
  assert.match(said.stdout, /1 bad rows are in files\.totals__quarantine/)
  assert.equal(await readTable('files.totals'), 'item,n\na,1\nb,2\n')
  const { stdout } = await owner.run([
    'query',
    'select * exclude loaded_at from files.totals__quarantine',
    '--format',
    'csv',
  ])
  assert.equal(stdout, 'line,rule,column,record,file\r\n4,too_many_columns,,"Total,3,EUR",totals.csv\r\n')
  const strict = await owner.run(['upload', file, 'files.totals', ...words, '--most-bad-rows', '0'])
  assert.match(strict.stderr, /\[import\.too_many_bad_rows\]/)
})

test('an upsert by key changes, adds and keeps rows; further files are upserted too', async () => {
  const first = writeFile('first.csv', 'id,v\n1,a\n2,b\n')
  const second = writeFile('second.csv', 'id,v\n2,c\n3,d\n')
  await load(first, 'files.keyed', '--mode', 'upsert', '--primary-key', 'id')
  const report = await load(second, 'files.keyed', '--mode', 'upsert')
  assert.deepEqual([report.rowsLoaded, report.rowsReplaced], [2, 1])
  assert.equal(await readTable('files.keyed'), 'id,v\n1,a\n2,c\n3,d\n')
  const append = await owner.run(['upload', first, 'files.keyed', '--mode', 'append'])
  assert.match(append.stderr, /\[import\.key_append\]\nRemedy: .*--mode upsert/)
})

test('other columns are shown and refused where nobody can be asked', async () => {
  const file = writeFile('steady.csv', 'a,b\n1,x\n')
  const other = writeFile('other.csv', 'a,c\n1.5,y\n')
  await load(file, 'files.steady')
  const refused = await owner.run(['upload', other, 'files.steady', '--mode', 'append'])
  assert.equal(refused.code, 1)
  assert.match(
    refused.stderr,
    /\[import\.schema_changed\]\n {2}\+ c \(VARCHAR\) is new\n {2}- b \(VARCHAR\) is not in the file\nRemedy: .*--allow-schema-change/,
  )
  await load(other, 'files.steady', '--mode', 'append', '--allow-schema-change')
  assert.equal(await readTable('files.steady'), 'a,b,c\n1.0,x,\n1.5,,y\n')
})

/** The command in this process, with a person at a terminal who answers. */
async function runAtTerminal(
  words: string[],
  answer: string,
): Promise<{ code: number; shown: string; asked: string[] }> {
  let shown = ''
  const asked: string[] = []
  const output = {
    isTerminal: true,
    width: 100,
    write: async (chunk: string | Uint8Array) => void (shown += String(chunk)),
  }
  const ask = async (question: string) => {
    asked.push(question)
    return answer
  }
  const context: CommandContext = {
    out: output,
    err: output,
    input: { isTerminal: true, ask, readAll: async () => '' },
    env: {},
    clock: { now: () => Date.now() },
    home: owner.home,
    json: false,
    verbose: false,
    signal: new AbortController().signal,
    connect: connectServer,
    openPage: () => {},
  }
  const code = await runCommandLine(words, () => context)
  return { code, shown, asked }
}

test('at a terminal the difference is shown and asked about, and a yes loads the file', async () => {
  const file = writeFile('asked.csv', 'a,b\n1,x\n')
  const other = writeFile('asked-other.csv', 'a,b\n1,x\nsix,y\n')
  await load(file, 'files.asked')
  const words = ['upload', other, 'files.asked']
  const no = await runAtTerminal(words, 'n')
  assert.equal(no.code, 1)
  assert.match(no.shown, /~ a: BIGINT would become VARCHAR[\s\S]*\[import\.bad_row\]/)
  assert.equal(no.asked.length, 1)
  assert.equal(await readTable('files.asked'), 'a,b\n1,x\n')
  const yes = await runAtTerminal(words, 'y')
  assert.equal(yes.code, 0, yes.shown)
  assert.match(yes.shown, /2 rows loaded into files\.asked .*\n {2}read with: delimiter ,/)
  assert.equal(await readTable('files.asked'), 'a,b\n1,x\nsix,y\n')
})

test('what became of a load can be read later, also of one that was refused', async () => {
  const file = writeFile('later.xlsx', makeWorkbook({ sheets: { Only: '' } }))
  const refused = await owner.run(['upload', file, 'files.later', '--sheet', 'Other'])
  assert.match(refused.stderr, /\[import\.sheet_unknown\]\nThe sheets are: Only\.\nRemedy: .*--sheet/)
  const { jobs } = await owner.json<{ jobs: { id: string }[] }>(['jobs', '--state', 'failed'])
  const { report } = await owner.json<{ report: ImportReport }>(['jobs', 'report', jobs[0]?.id ?? ''])
  assert.deepEqual(
    [report.outcome, report.code, report.detail],
    ['refused', 'import.sheet_unknown', 'The sheets are: Only.'],
  )
  const shown = await owner.run(['jobs', 'report', jobs[0]?.id ?? ''])
  assert.match(shown.stdout, /^later\.xlsx: refused \(import\.sheet_unknown\)/)
})
