/** Workbooks read in a process of their own, on a real engine: typed cells, and files that nobody should write. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { EngineError } from './errors.ts'
import { makeArchive, makeWorkbook, type WorkbookOptions } from './testing/make-workbook.ts'
import { listIsolations, openTestPool, testLimits, type TestPool } from './testing/test-pool.ts'
import type { ImportOptions } from './testing/import-text.ts'
import type { SheetRequest } from './sheet-reader.ts'

type Choice = Partial<SheetRequest> & Pick<ImportOptions, 'table' | 'hints' | 'schema'>

const makeTexts = (count: number) => `<sst>${'<si><t>planted planted planted</t></si>'.repeat(count)}</sst>`
/** 148 MB of XML: packed once for both isolations. */
let tooMuchText: Buffer | undefined

for (const isolation of listIsolations()) {
  describe(`workbooks, ${isolation}`, () => {
    let opened: TestPool
    let made = 0

    before(async () => {
      opened = await openTestPool({ isolation })
    })

    after(() => opened.close())

    function readSheet(workbook: Buffer, choice: Partial<SheetRequest> = {}) {
      const folder = `${opened.work.path}/sources/sheets-${++made}`
      mkdirSync(folder)
      const path = `${folder}/in.xlsx`
      writeFileSync(path, workbook)
      const layout = { sheet: null, skipRows: 0, headerRows: 1, partBytes: 1 << 20, limits: testLimits }
      return opened.pool.readSheet({ ...layout, ...choice, path, folder }, new AbortController().signal)
    }

    async function load(workbook: Buffer | WorkbookOptions, choice: Choice = {}) {
      const { table, hints, schema, ...more } = choice
      const read = await readSheet(Buffer.isBuffer(workbook) ? workbook : makeWorkbook(workbook), more)
      const lease = await opened.pool.acquire('importer')
      const files: string[] = []
      try {
        const result = await lease.engine.import({
          openParts: async function* () {
            yield* read.parts
          },
          format: 'csv',
          csv: { header: (choice.headerRows ?? 1) > 0 },
          ...(table && { table }),
          ...(hints && { hints }),
          ...(schema && { schema }),
          limits: testLimits,
          onDataFile: async ({ path }) => {
            const kept = `${opened.work.path}/sources/kept-${++made}.parquet`
            writeFileSync(kept, readFileSync(path))
            files.push(kept)
          },
          onRestart: async () => assert.fail('it started over'),
        })
        return { read, result, rows: await rowsOf(files), parts: read.parts.length }
      } finally {
        lease.release()
      }
    }

    async function rowsOf(files: readonly string[]) {
      const duck = await (await DuckDBInstance.create(':memory:')).connect()
      const list = files.map((file) => `'${file}'`).join(', ')
      const result = await duck.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet([${list}])`)
      duck.closeSync()
      return result.getRows() as (string | null)[][]
    }

    async function refuses(workbook: Buffer | WorkbookOptions, code: string, choice: Partial<SheetRequest> = {}) {
      const bytes = Buffer.isBuffer(workbook) ? workbook : makeWorkbook(workbook)
      await assert.rejects(readSheet(bytes, choice), (error: unknown) => {
        assert.ok(error instanceof EngineError, String(error))
        assert.equal(error.code, code)
        assert.doesNotMatch(`${error.message} ${error.remedy}`, /planted/)
        return true
      })
      assert.deepEqual(readdirSync(`${opened.work.path}/readers`), [], 'nothing is left of it')
    }

    const header = (...names: string[]) =>
      `<row r="1">${names.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`).join('')}</row>`

    test('cells keep what they are: numbers, booleans, dates, times and texts, formulas with their value', async () => {
      const { read, result, rows } = await load({
        texts: ['Łódź "x", y\nz', '00123', ''],
        formats: ['yyyy\\-mm\\-dd', 'dd/mm/yyyy hh:mm:ss', 'h:mm', '[h]:mm', '"day "0', '[$-407]d. mmmm yyyy;@'],
        sheets: {
          One: `${header('i', 'd', 'b', 'day', 'at', 'time', 'hours', 'text', 'f', 'no', 'long')}
            <row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1.1000000000000001</v></c><c r="C2" t="b"><v>1</v></c>
              <c r="D2" s="1"><v>45351</v></c><c r="E2" s="2"><v>45351.5</v></c><c r="F2" s="3"><v>0.25</v></c>
              <c r="G2" s="4"><v>1.5</v></c><c r="H2" t="s"><v>0</v></c><c r="I2"><f>A2+1</f><v>2</v></c>
              <c r="J2" s="5"><v>3</v></c><c r="K2" s="6"><v>59</v></c></row>
            <row r="4"><c r="A4"><v>9007199254740991</v></c><c r="B4"><v>-1E-7</v></c><c r="D4" t="d"><v>2024-02-29</v></c>
              <c r="E4" s="1"><v>61</v></c><c r="F4" s="3"><v>0.99999</v></c><c r="H4" t="s"><v>1</v></c>
              <c r="I4" t="str"><f>"a"</f><v>a_x000D_b</v></c><c r="K4" s="7"><v>45351</v></c></row>
            <row r="5"><c r="A5" t="e"><v>#N/A</v></c><c r="H5" t="s"><v>2</v></c><c r="I5"><f>NOW()</f></c></row>`,
        },
      })
      assert.deepEqual(
        result.schema.map(({ type }) => type),
        ['BIGINT', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'TIME', 'DOUBLE', 'VARCHAR', 'VARCHAR', 'BIGINT', 'DATE'],
      )
      assert.deepEqual(rows, [
        [
          '1',
          '1.1',
          'true',
          '2024-02-29',
          '2024-02-29 12:00:00',
          '06:00:00',
          '1.5',
          'Łódź "x", y\nz',
          '2',
          '3',
          '1900-02-28',
        ],
        [
          '9007199254740991',
          '-1e-07',
          null,
          '2024-02-29',
          '1900-03-01 00:00:00',
          '23:59:59.136',
          null,
          '00123',
          'a\rb',
          null,
          '2024-02-29',
        ],
        [null, null, null, null, null, null, null, '', null, null, null],
      ])
      assert.deepEqual([read.sheet, read.errorCells, read.uncomputedCells], ['One', 1, 1])
    })

    test('the sheet is chosen by name or number, the first visible one otherwise; days may count from 1904', async () => {
      const sheet = (value: number) => `${header('v')}<row r="2"><c s="1"><v>${value}</v></c></row>`
      const workbook = {
        sheets: { Hidden: sheet(1), 'Year 2024': sheet(2), 'A & B': sheet(3) },
        hidden: ['Hidden'],
        formats: ['yyyy-mm-dd'],
        is1904: true,
      }
      assert.deepEqual((await load(workbook)).rows, [['1904-01-03']])
      assert.deepEqual((await load(workbook, { sheet: 'a & b' })).rows, [['1904-01-04']])
      assert.deepEqual((await load(workbook, { sheet: 1 })).rows, [['1904-01-02']])
      assert.deepEqual((await load(workbook, { sheet: 'YEAR 2024' })).rows, [['1904-01-03']])
      await refuses(workbook, 'import.sheet_unknown', { sheet: 'planted' })
      await refuses(workbook, 'import.sheet_unknown', { sheet: 4 })
    })

    test('rows above the header are left out, several header rows are joined, and without one columns are numbered', async () => {
      const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
      const sheets = {
        S: `<row r="2">${text('Title')}</row><row r="4">${text('Preis')}${text('Preis')}</row><row r="5">${text('netto')}${text('brutto')}</row>
          <row r="6"><c><v>1</v></c><c><v>2</v></c></row>`,
      }
      const two = await load({ sheets }, { skipRows: 3, headerRows: 2 })
      assert.deepEqual(two.result.schema, [
        { name: 'Preis netto', type: 'BIGINT' },
        { name: 'Preis brutto', type: 'BIGINT' },
      ])
      assert.deepEqual(two.rows, [['1', '2']])
      const none = await load({ sheets }, { skipRows: 5, headerRows: 0 })
      assert.deepEqual(
        none.result.schema.map(({ name }) => name),
        ['column0', 'column1'],
      )
      assert.deepEqual(none.rows, [['1', '2']])
      await refuses({ sheets: { S: '' } }, 'import.empty')
      const same = await load({ sheets: { S: `<row r="1">${text('a')}${text('A')}<c/>${text('b')}</row>` } })
      assert.deepEqual(
        same.result.schema.map(({ name }) => name),
        ['a', 'A_1', 'column2', 'b'],
      )
    })

    test('a row that does not fit is named by its row in the sheet, behind gaps, breaks in cells and parts', async () => {
      const row = (at: number, value: string) =>
        `<row r="${at}"><c r="A${at}">${value}</c><c r="B${at}" t="inlineStr"><is><t>x\ny</t></is></c></row>`
      const rows = Array.from({ length: 50 }, (_, index) => row(3 + 2 * index, `<v>${index}</v>`)).join('')
      const sheets = { S: `${header('n', 't')}${rows}${row(500, '<v>1.5</v>')}` }
      const schema = [
        { name: 'n', type: 'BIGINT' },
        { name: 't', type: 'VARCHAR' },
      ]
      for (const partBytes of [60, 1 << 20]) {
        const error: unknown = await load({ sheets }, { schema, partBytes }).catch((reason: unknown) => reason)
        assert.ok(error instanceof EngineError, String(error))
        assert.deepEqual(error.badRow, { line: 500, rule: 'not_an_integer', column: 'n' })
      }
      const wide = { sheets: { S: `${header('n')}<row r="7"><c r="A7"><v>1</v></c><c r="XFD7"><v>2</v></c></row>` } }
      const error: unknown = await load(wide).catch((reason: unknown) => reason)
      assert.ok(error instanceof EngineError, String(error))
      assert.deepEqual(error.badRow, { line: 7, rule: 'too_many_columns' })
    })

    test('a sheet of many rows comes in parts, in order', async () => {
      const rows = Array.from(
        { length: 20_000 },
        (_, index) => `<row><c><v>${index}</v></c><c t="inlineStr"><is><t>t${index}</t></is></c></row>`,
      )
      const { rows: found, parts } = await load(
        { sheets: { S: `${header('n', 't')}${rows.join('')}` } },
        { partBytes: 50_000 },
      )
      assert.ok(parts > 3)
      assert.deepEqual(found.at(12_345), ['12345', 't12345'])
      assert.equal(found.length, 20_000)
    })

    test('hostile workbooks are refused: entities, bombs, lies, loops, locks and rubbish', async () => {
      const sheets = { S: header('a') }
      const sheet = (content: string) => ({ sheets, more: [{ name: 'xl/worksheets/sheet1.xml', content }] })
      const laughs = `<!DOCTYPE x [<!ENTITY a "planted"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`
      await refuses(sheet(laughs), 'import.bad_sheet')
      await refuses(
        sheet('<worksheet><sheetData><row><c t="str"><v>&planted;</v></c></row></sheetData></worksheet>'),
        'import.bad_sheet',
      )
      await refuses(sheet(`<a>`.repeat(100)), 'import.bad_sheet')
      await refuses(sheet('<worksheet><sheetData><row'), 'import.bad_sheet')
      await refuses(
        sheet(`<worksheet><sheetData>${header('a')}<row r="2"><c t="s"><v>9</v></c></row></sheetData></worksheet>`),
        'import.bad_sheet',
      )
      await refuses(
        sheet(`<worksheet><sheetData>${header('a')}<row r="1"/></sheetData></worksheet>`),
        'import.bad_sheet',
      )
      await refuses(sheet(`<worksheet><sheetData><row r="2000000"/></sheetData></worksheet>`), 'import.bad_sheet')
      await refuses(
        sheet(`<worksheet><sheetData><row><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>`),
        'import.bad_sheet',
      )
      const bomb = Buffer.alloc(70 << 20, ' ')
      await refuses({ sheets, more: [{ name: 'xl/worksheets/sheet1.xml', content: bomb }] }, 'import.sheet_too_large', {
        limits: { ...testLimits, resultBytes: 16 << 20 },
      })
      const lie = { name: 'xl/worksheets/sheet1.xml', content: '<worksheet/>'.padEnd(5000), claimedLength: 10 }
      await refuses({ sheets, more: [lie] }, 'import.bad_sheet')
      const relations = `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>`
      await refuses({ sheets, more: [{ name: 'xl/_rels/workbook.xml.rels', content: relations }] }, 'import.bad_sheet')
      await refuses(makeArchive([{ name: 'planted.txt', content: 'x' }]), 'import.bad_sheet')
      await refuses(Buffer.from('planted, not a workbook'), 'import.bad_sheet')
      await refuses(makeWorkbook({ sheets }).subarray(0, -30), 'import.bad_sheet')
      await refuses(Buffer.from('d0cf11e0a1b11ae1planted', 'hex'), 'import.sheet_locked')
    })

    test('more text than a reader holds refuses the workbook, and nothing else', async () => {
      tooMuchText ??= makeWorkbook({
        sheets: { S: header('a') },
        more: [{ name: 'xl/sharedStrings.xml', content: makeTexts(3_800_000) }],
      })
      await refuses(tooMuchText, 'import.sheet_too_large', { limits: { ...testLimits, resultBytes: 1 << 30 } })
      assert.deepEqual((await load({ sheets: { S: `${header('a')}<row><c><v>1</v></c></row>` } })).rows, [['1']])
    })
  })
}
