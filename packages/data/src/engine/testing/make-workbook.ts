/** Workbooks for tests, as Excel writes them or as nobody should: an archive of XML parts. */
import { crc32, deflateRawSync } from 'node:zlib'

export type ArchivePart = { readonly name: string; readonly content: string | Buffer; readonly claimedLength?: number }

/** A ZIP archive (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). */
export function makeArchive(parts: readonly ArchivePart[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const { name, content, claimedLength } of parts) {
    const plain = Buffer.from(content)
    const packed = deflateRawSync(plain)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(plain), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(claimedLength ?? plain.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    centrals.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02'),
        Buffer.from([20, 0]),
        fields.subarray(0, 26),
        rest.subarray(0, 14),
        Buffer.from(name),
      ]),
    )
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}

export type WorkbookOptions = {
  /** XML of the rows of each sheet, by name. */
  readonly sheets: Readonly<Record<string, string>>
  readonly hidden?: readonly string[]
  readonly texts?: readonly string[]
  /** Codes of number formats; style 1 has the first. */
  readonly formats?: readonly string[]
  readonly is1904?: boolean
  /** Parts that replace those of the same name, or are added. */
  readonly more?: readonly ArchivePart[]
}

const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const officeRelations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

export function makeWorkbook(options: WorkbookOptions): Buffer {
  const { hidden = [], texts = [], formats = [], is1904 = false, more = [] } = options
  const names = Object.keys(options.sheets)
  const list = names.map((name, index) => {
    const state = hidden.includes(name) ? ' state="hidden"' : ''
    return `<sheet name="${escapeXml(name)}" sheetId="${index + 1}"${state} r:id="rId${index + 1}"/>`
  })
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${officeRelations}/${type}" Target="${target}"/>`
  const relations = [
    ...names.map((_, index) => relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)),
    relation('rIdT', 'sharedStrings', 'sharedStrings.xml'),
    relation('rIdS', 'styles', '/xl/styles.xml'),
  ]
  const wrap = (content: string) =>
    `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${content}</Relationships>`
  const styles = formats.map((code, index) => `<numFmt numFmtId="${200 + index}" formatCode="${escapeXml(code)}"/>`)
  const used = [
    '<xf numFmtId="0"/>',
    ...formats.map((_, index) => `<xf numFmtId="${200 + index}"/>`),
    '<xf numFmtId="14"/>',
  ]
  const parts: ArchivePart[] = [
    { name: '_rels/.rels', content: wrap(relation('rId1', 'officeDocument', 'xl/workbook.xml')) },
    {
      name: 'xl/workbook.xml',
      content: `${xml}<workbook xmlns="${spreadsheet}" xmlns:r="${officeRelations}"><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets>${list.join('')}</sheets></workbook>`,
    },
    { name: 'xl/_rels/workbook.xml.rels', content: wrap(relations.join('')) },
    {
      name: 'xl/sharedStrings.xml',
      content: `${xml}<sst xmlns="${spreadsheet}">${texts.map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`).join('')}</sst>`,
    },
    {
      name: 'xl/styles.xml',
      content: `${xml}<styleSheet xmlns="${spreadsheet}"><numFmts>${styles.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${used.join('')}</cellXfs></styleSheet>`,
    },
    ...names.map((name, index) => ({
      name: `xl/worksheets/sheet${index + 1}.xml`,
      content: `${xml}<worksheet xmlns="${spreadsheet}"><sheetData>${options.sheets[name]}</sheetData></worksheet>`,
    })),
  ]
  const replaced = new Set(more.map(({ name }) => name))
  return makeArchive([...parts.filter(({ name }) => !replaced.has(name)), ...more])
}
