/** What is done to a source before it is cut: nothing to plain UTF-8, and what is needed to the rest. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { openCsvHead, type CsvHeadOptions } from './csv-head.ts'
import { transcode } from './encoding.ts'
import { splitJsonArray } from './json-array.ts'

async function* inChunks(
  bytes: Uint8Array,
  sizes: readonly number[] = [bytes.length || 1],
): AsyncGenerator<Uint8Array, string> {
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
  return 'end'
}

async function collect(stream: AsyncGenerator<Uint8Array, string>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (;;) {
    const next = await stream.next()
    if (next.done) {
      assert.equal(next.value, 'end')
      return Buffer.concat(chunks)
    }
    chunks.push(next.value)
  }
}

/** The text in a one-byte encoding, by its decoder. */
function encode(text: string, label: string): Buffer {
  const bytes = new Map(
    Array.from({ length: 256 }, (_, byte) => [new TextDecoder(label).decode(Uint8Array.of(byte)), byte] as const),
  )
  return Buffer.from(Array.from(text).map((character) => bytes.get(character) ?? assert.fail(character)))
}

const utf16 = (text: string, big = false): Buffer =>
  big ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le')

async function read(bytes: Uint8Array, given?: string, sizes?: readonly number[]) {
  let label = ''
  const text = (await collect(transcode(inChunks(bytes, sizes), given, (seen) => (label = seen)))).toString()
  return { label, text }
}

const sizesOf = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
const anyText = fc.string({ unit: 'grapheme', maxLength: 40 })

describe('encodings', () => {
  test('UTF-8 passes byte for byte, with and without a mark, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, sizesOf, fc.boolean(), async (text, sizes, mark) => {
        const bytes = Buffer.from((mark ? '\uFEFF' : 'a,b\n') + text)
        assert.deepEqual(await collect(transcode(inChunks(bytes, sizes), undefined, () => {})), bytes)
      }),
    )
  })

  test('UTF-16 is told by its mark or its zeros, and becomes UTF-8 however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, sizesOf, fc.boolean(), async (text, sizes, big) => {
        const bytes = utf16(`\uFEFF${text}`, big)
        if (text === '') return
        const given = big ? 'utf-16be' : 'utf-16le'
        assert.deepEqual(await read(bytes, given, sizes), { label: given, text: text.replace(/^\uFEFF/, '') })
        if ((sizes[0] ?? 0) >= 2) assert.equal((await read(bytes, undefined, sizes)).label, given)
      }),
    )
    assert.deepEqual(await read(utf16('id\tname\r\n1\tŁódź\r\n')), {
      label: 'utf-16le',
      text: 'id\tname\r\n1\tŁódź\r\n',
    })
    assert.deepEqual(await read(utf16('id,name\n', true)), { label: 'utf-16be', text: 'id,name\n' })
  })

  test('Windows-1252 is found at its first byte above 127, however late that comes', async () => {
    const texts = [
      'Kunde;Ort;Betrag\nMüller;Köln;1.234,50 €\nGroß;Düsseldorf;12,00\n',
      'nom,ville\nFrançois,Orléans\nHélène,Besançon\nZoë,Nîmes\n',
      'id;name\n1;Müller\n',
      'navn;by\nSøren;Århus\nÆgir;Tromsø\n',
      'a;b\n“quoted” – text;12 °C\n',
    ]
    for (const text of texts) {
      const late = `${'x,1\n'.repeat(5000)}${text}`
      assert.deepEqual(await read(encode(text, 'windows-1252')), { label: 'windows-1252', text }, text)
      assert.deepEqual(await read(encode(late, 'windows-1252'), undefined, [777]), {
        label: 'windows-1252',
        text: late,
      })
    }
  })

  test('other code pages are refused unless they are given', async () => {
    const others: [string, string][] = [
      ['windows-1250', 'nazwa;miasto\nŁukasz;Łódź\nŻaneta;Wrocław\nStanisław;Kraków\n'],
      ['iso-8859-2', 'nazwa;miasto\nŁukasz;Łódź\nŻaneta;Wrocław\nStanisław;Kraków\n'],
      ['windows-1250', 'jmeno;mesto\nJiří;Příbram\nŽaneta;Plzeň\nTomáš;České Budějovice\nkůň;Děčín\n'],
      ['windows-1251', 'имя;город\nИван;Москва\n'],
      ['iso-8859-7', 'όνομα;πόλη\nΓιώργος;Αθήνα\n'],
    ]
    for (const [label, text] of others) {
      await assert.rejects(read(encode(text, label)), { code: 'import.encoding_unclear' }, text)
      assert.deepEqual(await read(encode(text, label), label), { label, text })
    }
    await assert.rejects(read(Buffer.from('x'), 'utf-99'), { code: 'import.unknown_encoding' })
  })

  test('UTF-8 with a wrong byte stays UTF-8, for the row to be refused', async () => {
    const bytes = Buffer.concat([Buffer.from('é,ü\nä,'), Buffer.from([0xff]), Buffer.from('\n')])
    assert.deepEqual(await collect(transcode(inChunks(bytes), undefined, () => {})), bytes)
  })

  test('bytes that the given encoding does not have are refused by line', async () => {
    await assert.rejects(read(Buffer.from([0x61, 0x0a, 0x81, 0x20]), 'shift_jis', [2]), {
      code: 'import.bad_encoding',
      message: /line 2/,
    })
  })
})

const plain: CsvHeadOptions = { quote: '"', header: true, headerRows: 1 }

async function openHead(text: string, options: Partial<CsvHeadOptions> = {}, sizes?: readonly number[]) {
  const head = await openCsvHead(inChunks(Buffer.from(text), sizes), { ...plain, ...options })
  const { delimiter, skippedLines, linesBefore } = head
  return { text: (await collect(head.stream)).toString(), delimiter, skippedLines, linesBefore }
}

describe('the head of a CSV file', () => {
  test('an ordinary file passes byte for byte, and its delimiter is the one that fits every row', async () => {
    for (const [text, delimiter] of [
      ['a,b\n1,2\n', ','],
      ['a;b\n1,5;x, y\n2,5;z\n', ';'],
      ['name, first;amount\nx;1\ny;2\n', ';'],
      ['a\tb\n1\t2', '\t'],
      ['only\n1\n2\n', ','],
      ['a|b\n"x|y"|2\n', '|'],
      ['a,b,c\n1,2\n', ','],
      ['', ','],
    ] as const) {
      assert.deepEqual(await openHead(text), { text, delimiter, skippedLines: 0, linesBefore: 0 })
    }
  })

  test('a title above the table is skipped where a header follows; a table whose header is short is left as it is', async () => {
    const table = 'id;name;amount\n1;x;2\n2;y;3\n'
    const skipped = { text: table, delimiter: ';' }
    assert.deepEqual(await openHead(`Sales 2026\n\n${table}`), { ...skipped, skippedLines: 2, linesBefore: 2 })
    assert.deepEqual(await openHead(`"Sales\n2026";;\n;;\n${table}`), { ...skipped, skippedLines: 3, linesBefore: 3 })
    assert.deepEqual(await openHead(`sep=;\r\n${table}`), { ...skipped, skippedLines: 1, linesBefore: 1 })
    const short = 'id\n1;x\n2;y\n'
    assert.equal((await openHead(short)).text, short)
    assert.deepEqual(await openHead(`a;b;c\n${table}`, { skipLines: 1 }), {
      ...skipped,
      skippedLines: 1,
      linesBefore: 1,
    })
    assert.equal((await openHead(`Title\n${table}`, { skipLines: 0 })).text, `Title\n${table}`)
  })

  test('several header rows become one, joined by a space', async () => {
    const text = '\uFEFFPreis,Preis,\nnetto,"in\n""EUR""",Ort\n1,2,x\n'
    const expected = { text: '"Preis netto","Preis in ""EUR""","Ort"\n1,2,x\n', delimiter: ',' }
    for (const sizes of [[4], [1000]]) {
      assert.deepEqual(await openHead(text, { headerRows: 2 }, sizes), { ...expected, skippedLines: 0, linesBefore: 2 })
    }
    await assert.rejects(openHead('a,b\n', { headerRows: 2 }), { code: 'import.no_header' })
    assert.equal((await openHead('Größe à,b\ncm,c\n', { headerRows: 2 })).text, '"Größe à cm","b c"\n')
  })
})

async function split(text: string, path?: string, sizes?: readonly number[]) {
  const found: { path: string | null } = { path: null }
  const lines = (await collect(splitJsonArray(inChunks(Buffer.from(text), sizes), path, found))).toString()
  return {
    path: found.path,
    rows:
      lines === ''
        ? []
        : lines
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown),
  }
}

describe('JSON documents', () => {
  test('the items of an array come out as they went in, wherever it is and however it is cut', async () => {
    const rows = fc.array(fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), {
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(rows, sizesOf, fc.constantFrom(0, 2), async (items, sizes, indent) => {
        const kept = JSON.parse(JSON.stringify(items)) as unknown[]
        assert.deepEqual(await split(JSON.stringify(items, null, indent), undefined, sizes), { path: '', rows: kept })
        const inside = JSON.stringify({ 'a"\\]': ['x', 1], meta: { total: 1 }, data: { items } }, null, indent)
        assert.deepEqual(await split(inside, 'data.items', sizes), { path: 'data.items', rows: kept })
        if (items.length > 0)
          assert.deepEqual(await split(inside, undefined, sizes), { path: 'data.items', rows: kept })
      }),
    )
  })

  test('what is not one array of objects is refused with a code that says why', async () => {
    const cases: [string, string, string?][] = [
      ['{"a":[{}],"b":[{}]}', 'import.json_ambiguous'],
      ['{"a":1}\n{"a":2}\n', 'import.json_many'],
      ['{"a":1}', 'import.json_no_rows'],
      ['{"a":[1,2]}', 'import.json_no_rows'],
      ['{"a":[{}]}', 'import.json_no_rows', 'b'],
      ['[{"a":1}', 'import.json_malformed'],
      ['[{"a":1},', 'import.json_malformed'],
      ['[{"a":1},,{}]', 'import.json_malformed'],
      ['[,{}]', 'import.json_malformed'],
      ['[{},]', 'import.json_malformed'],
      ['[{}]]', 'import.json_malformed'],
      ['{"a":[{}]', 'import.json_malformed'],
      ['', 'import.json_no_rows'],
      ['['.repeat(10) + '{"a":'.repeat(600), 'import.json_malformed', 'x'],
    ]
    for (const [text, code, path] of cases) await assert.rejects(split(text, path), { code }, text.slice(0, 40))
  })
})
