/** Imports on a real data plane: modes, columns that change, rows put aside, and what is told of it. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { readAll } from './testing/read-all.ts'
import { readBody } from './formats/statements.ts'
import { startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient, type UploadChoice } from './testing/test-client.ts'
import type { ImportReport } from '@keyhold/contract'

let planes: Planes
let client: TestClient

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
})
after(() => planes.stop())

const upload = (id: string, name: string, text: string | Buffer, choice: UploadChoice = {}) =>
  client.upload(id, name, Buffer.from(text), choice)

async function rowsOf(table: string): Promise<(string | null)[][]> {
  const { meta, body } = await client.query(`SELECT COLUMNS(*)::VARCHAR FROM ${table} ORDER BY ALL`)
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  return readAll(body)
}

async function reportOf(body: object, who = {}): Promise<ImportReport> {
  const answer = await client.ask('import.report', body, who)
  assert.equal(answer.meta.outcome, 'result', JSON.stringify(answer.meta))
  return JSON.parse(answer.body.toString()) as ImportReport
}

const manifestOf = (table: string) =>
  readBody('manifest', planes.control.catalogue.get(table) ?? assert.fail('no manifest'))

test('an upsert replaces rows by key and adds the others; the key stays with the table', async () => {
  const table = randomUUIDv7()
  const keyed: UploadChoice = { mode: 'upsert', primaryKey: ['id'], opening: { primaryKey: ['id'] } }
  assert.equal(await upload(table, 'people', 'id,name\n1,Ada\n2,Bob\n1,Eve\n', keyed), null)
  assert.deepEqual(await rowsOf('main.people'), [
    ['1', 'Eve'],
    ['2', 'Bob'],
  ])
  assert.deepEqual(manifestOf(table).primaryKey, ['id'])
  assert.equal(await upload(table, 'people', 'name,id\nZoe,2\nMax,3\n', { mode: 'upsert' }), null)
  assert.deepEqual(await rowsOf('main.people'), [
    ['1', 'Eve'],
    ['2', 'Zoe'],
    ['3', 'Max'],
  ])
  assert.equal(manifestOf(table).files.length, 1)
  const report = await reportOf({ bucket: 'main', table: 'people' })
  assert.deepEqual([report.rowsRead, report.rowsLoaded, report.rowsReplaced, report.rowsRepeated], [2, 2, 1, 0])
})

test('what would break a key is refused, and the table stays as it was', async () => {
  const table = randomUUIDv7()
  const keyed = (key: string[], more: object = {}): UploadChoice => ({
    mode: 'upsert',
    primaryKey: key,
    opening: { primaryKey: key, ...more },
  })
  assert.equal(await upload(table, 'keyed', 'id,v\n1,a\n1,b\n'), null)
  assert.equal(await upload(table, 'keyed', 'id,v\n2,c\n', keyed(['id'])), 'import.key_not_unique')
  assert.equal(await upload(table, 'keyed', 'id,v\n1,a\n2,b\n'), null)
  assert.equal(await upload(table, 'keyed', 'id,v\n2,c\n', { mode: 'upsert' }), 'import.key_missing')
  assert.equal(await upload(table, 'keyed', 'id,v\n2,c\n', keyed(['nope'])), 'import.bad_key')
  assert.equal(await upload(table, 'keyed', 'id,v\n2,c\n', keyed(['id'])), null)
  assert.equal(await upload(table, 'keyed', 'id,v\n3,c\n', keyed(['v'])), 'import.key_changed')
  assert.equal(await upload(table, 'keyed', 'id,v\n3,c\n', { mode: 'append' }), 'import.key_append')
  assert.equal(await upload(table, 'keyed', 'id,v\n3,c\n,d\n', { mode: 'upsert' }), 'import.bad_row')
  assert.match(planes.control.failures.at(-1)?.message ?? '', /line 3; the rule: null_in_key/)
  assert.deepEqual(await rowsOf('main.keyed'), [
    ['1', 'a'],
    ['2', 'c'],
  ])
  assert.equal(await upload(table, 'keyed', 'id,v\n7,a\n7,b\n'), null)
  assert.deepEqual(await rowsOf('main.keyed'), [['7', 'b']])
  assert.deepEqual(manifestOf(table).primaryKey, ['id'])
})

test('a closing statement with another key than the sealed settings is forged', async () => {
  const choice: UploadChoice = { mode: 'upsert', primaryKey: ['id'], opening: { primaryKey: ['v'] } }
  assert.equal(await upload(randomUUIDv7(), 'two_keys', 'id,v\n1,a\n', choice), 'upload.closing_forged')
})

test('a load with other columns is refused with the difference, sealed; when allowed, the table takes both', async () => {
  const table = randomUUIDv7()
  assert.equal(await upload(table, 'wide', 'a,b\n1,x\n2,y\n'), null)
  const other = 'a,Zanzibar\n2.5,z\n'
  assert.equal(await upload(table, 'wide', other, { mode: 'append' }), 'import.schema_changed')
  const failure = planes.control.failures.at(-1)
  assert.equal(JSON.stringify(failure).includes('Zanzibar'), false)
  assert.deepEqual((await reportOf({ job: failure?.job })).changes, [
    { kind: 'added', name: 'Zanzibar', type: 'VARCHAR' },
    { kind: 'removed', name: 'b', type: 'VARCHAR' },
  ])
  assert.equal(await upload(table, 'wide', 'a,b\n1,x\nsix,y\n', { mode: 'append' }), 'import.bad_row')
  const report = await reportOf({ job: planes.control.failures.at(-1)?.job })
  assert.deepEqual(report.changes, [{ kind: 'changed', name: 'a', from: 'BIGINT', to: 'VARCHAR' }])
  assert.deepEqual(report.badRow, { line: 3, rule: 'not_an_integer', column: 'a' })
  assert.equal(await upload(table, 'wide', other, { mode: 'append', opening: { allowSchemaChange: true } }), null)
  assert.deepEqual(manifestOf(table).columns, [
    { name: 'a', type: 'DOUBLE' },
    { name: 'b', type: 'VARCHAR' },
    { name: 'Zanzibar', type: 'VARCHAR' },
  ])
  assert.deepEqual(await rowsOf('main.wide'), [
    ['1.0', 'x', null],
    ['2.0', 'y', null],
    ['2.5', null, 'z'],
  ])
  const same = { mode: 'append', opening: { allowSchemaChange: true } } as const
  assert.equal(await upload(table, 'wide', 'b,a,Zanzibar\nw,9,q\n', same), null)
  assert.equal(manifestOf(table).files.length, 2, 'nothing was written anew')
})

test('a type that would lose digits of what is there is refused', async () => {
  const table = randomUUIDv7()
  assert.equal(await upload(table, 'large_ids', 'a\n9007199254740993\n'), null)
  const choice = { mode: 'append', opening: { allowSchemaChange: true } } as const
  assert.equal(await upload(table, 'large_ids', 'a\n1.5\n', choice), 'import.schema_lossy')
  assert.deepEqual(await rowsOf('main.large_ids'), [['9007199254740993']])
})

test('DAT-21: bad rows go into the encrypted quarantine in the same commit, and are in no message', async () => {
  const table = randomUUIDv7()
  const schema = [
    { name: 'n', type: 'BIGINT' },
    { name: 't', type: 'VARCHAR' },
  ]
  const opening = { schema, badRows: 'quarantine', fileName: 'secret-name.csv' } as const
  assert.equal(await upload(table, 'rough', 'n,t\n1,a\nquokka77,b\n3\n4,"d\ne"\n', { opening }), null)
  assert.deepEqual(await rowsOf('main.rough'), [
    ['1', 'a'],
    ['4', 'd\ne'],
  ])
  const quarantine = `main.t_${table.replaceAll('-', '')}__quarantine`
  const rows = await rowsOf(quarantine)
  assert.deepEqual(
    rows.map((row) => row.slice(0, 5)),
    [
      ['3', 'not_an_integer', 'n', 'quokka77,b', 'secret-name.csv'],
      ['4', 'too_few_columns', 't', '3', 'secret-name.csv'],
    ],
  )
  const report = await reportOf({ bucket: 'main', table: 'rough' })
  assert.deepEqual([report.rowsRead, report.rowsLoaded, report.rowsQuarantined], [4, 2, 2])
  assert.equal(await upload(table, 'rough', 'n,t\nfive,b\n6,c\n', { mode: 'append', opening }), null)
  assert.equal((await rowsOf(quarantine)).length, 3)
  const tooMany = { ...opening, mostBadRows: 0 }
  assert.equal(await upload(table, 'rough', 'n,t\nfive,b\n6,c\n', { opening: tooMany }), 'import.too_many_bad_rows')
  assert.equal(await upload(table, 'rough', 'n,t\nfive,b\n', { opening }), 'import.too_many_bad_rows')
  assert.equal((await rowsOf(quarantine)).length, 3)
  planes.control.beforeCommit = () => {
    planes.control.beforeCommit = undefined
    throw new Error('the control plane died')
  }
  await upload(table, 'rough', 'n,t\nfive,b\n6,c\n', { mode: 'append', opening })
  assert.equal((await rowsOf(quarantine)).length, 3)
  assert.equal((await rowsOf('main.rough')).length, 3)
  for (const object of planes.control.objects.values()) assert.equal(object.includes('quokka77'), false)
  assert.equal(JSON.stringify(planes.control.failures).includes('quokka77'), false)
})

test('what was found out about a file is told to whoever may read or write its bucket, and to nobody else', async () => {
  const table = randomUUIDv7()
  const text = 'Umsatz 2026\n\nKunde;Betrag;Tag\nMüller;1.234,50;31.12.2026\nGroß;2,00;01.02.2026\n'
  assert.equal(
    await upload(table, 'umsatz', Buffer.from(text, 'latin1'), { opening: { fileName: 'umsatz.csv' } }),
    null,
  )
  const report = await reportOf({ bucket: 'main', table: 'umsatz' })
  assert.deepEqual(report.source, {
    format: 'csv',
    encoding: 'windows-1252',
    delimiter: ';',
    decimal: ',',
    thousands: '.',
    headerRows: 1,
    skippedLines: 2,
    nullTexts: [''],
  })
  assert.deepEqual(report.columns, [
    { name: 'Kunde', type: 'VARCHAR' },
    { name: 'Betrag', type: 'DOUBLE' },
    { name: 'Tag', type: 'DATE', dateFormat: 'DD.MM.YYYY' },
  ])
  assert.deepEqual(await rowsOf('main.umsatz'), [
    ['Groß', '2.0', '2026-02-01'],
    ['Müller', '1234.5', '2026-12-31'],
  ])
  const elsewhere = await client.makeToken([{ bucket: 'other', access: 'read' }])
  const body = { bucket: 'main', table: 'umsatz' }
  assert.equal((await client.ask('import.report', body, elsewhere)).meta.code, 'access.denied')
  const job = [...planes.control.reports].findLast(([, one]) => one.table === table)?.[0]
  assert.equal((await client.ask('import.report', { job }, elsewhere)).meta.code, 'access.denied')
  const writer = await client.makeToken([{ bucket: 'main', access: 'write' }])
  assert.equal((await reportOf({ job }, writer)).fileName, 'umsatz.csv')
})

test('a JSON document loads from its array; a refused item is named by its number', async () => {
  const document = JSON.stringify({ meta: { n: 2 }, data: { items: [{ a: 1 }, { a: 2, b: 'x' }] } }, null, 2)
  const opening = { format: 'json' } as const
  assert.equal(await upload(randomUUIDv7(), 'items', document, { opening }), null)
  assert.deepEqual(await rowsOf('main.items'), [
    ['1', null],
    ['2', 'x'],
  ])
  assert.equal((await reportOf({ bucket: 'main', table: 'items' })).source.jsonPath, 'data.items')
  assert.equal(await upload(randomUUIDv7(), 'bad_items', '[{"a":1},7]', { opening }), 'import.bad_row')
  assert.match(planes.control.failures.at(-1)?.message ?? '', /item 2; the rule: not_a_json_object/)
})

test('a refused row has its line in the file, though lines above the table were skipped', async () => {
  const schema = [
    { name: 'x 1', type: 'BIGINT' },
    { name: 'y 2', type: 'VARCHAR' },
  ]
  const text = 'Title\n\nx,y\n1,2\n7,a\nbad,b\n'
  const opening = { schema, headerRows: 2 }
  assert.equal(await upload(randomUUIDv7(), 'offset', text, { opening }), 'import.bad_row')
  assert.match(planes.control.failures.at(-1)?.message ?? '', /line 6;/)
})

test('settings that make no sense are refused with a remedy', async () => {
  for (const [opening, code] of [
    [{ timeZone: 'Mars/Olympus' }, 'import.bad_setting'],
    [{ dateFormat: 'DD.DD.YYYY' }, 'import.bad_setting'],
    [{ decimal: ',', thousands: ',' }, 'import.bad_setting'],
    [{ encoding: 'utf-99' }, 'import.unknown_encoding'],
  ] as const) {
    assert.equal(await upload(randomUUIDv7(), 'nothing', 'a\n1\n', { opening }), code)
  }
})
