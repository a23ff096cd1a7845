/** What a workbook has beside its sheets' cells: which sheets, shared texts, and which number formats are dates (ECMA-376, part 1, chapter 18). */
import { Failure } from '../process/duck-error.ts'
import type { Archive } from './archive.ts'
import { isDateFormat, type DateKind } from './date-format.ts'
import { parseXml, type Saxes } from './xml.ts'

export type Workbook = {
  readonly sheet: string
  /** The sheet's part in the archive. */
  readonly part: string
  readonly texts: readonly string[]
  /** By style of a cell. */
  readonly dateKinds: readonly (DateKind | null)[]
  /** Days are counted from 1904. */
  readonly is1904: boolean
}

type Relation = { readonly type: string; readonly target: string }
type SheetEntry = { readonly name: string; readonly relation: string; readonly isVisible: boolean }

/** Texts are in memory while a sheet is read. */
const mostTextBytes = 128 << 20
const mostStyleBytes = 32 << 20
const mostSheets = 10_000

/** @throws Failure `import.bad_sheet`, `import.sheet_unknown` with the names of the sheets there are */
export async function readWorkbook(saxes: Saxes, archive: Archive, wanted: string | number | null): Promise<Workbook> {
  const root = await readRelations(saxes, archive, '')
  const part = [...root.values()].find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml'
  if (!archive.has(part)) throw new Failure({ code: 'import.bad_sheet' })
  const { sheets, is1904 } = await readSheets(saxes, archive, part)
  const relations = await readRelations(saxes, archive, part)
  const chosen = chooseSheet(sheets, wanted)
  const target = relations.get(chosen.relation)
  if (target === undefined || !target.type.endsWith('/worksheet') || !archive.has(target.target)) {
    throw new Failure({ code: 'import.bad_sheet' })
  }
  const find = (type: string) => [...relations.values()].find((relation) => relation.type.endsWith(type))?.target
  const texts = await readTexts(saxes, archive, find('/sharedStrings'))
  const dateKinds = await readDateKinds(saxes, archive, find('/styles'))
  return { sheet: chosen.name, part: target.target, texts, dateKinds, is1904 }
}

async function readRelations(saxes: Saxes, archive: Archive, part: string): Promise<ReadonlyMap<string, Relation>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1)
  const relations = new Map<string, Relation>()
  await parseXml(saxes, archive.read(`${folder}_rels/${part.slice(folder.length)}.rels`, mostStyleBytes), {
    open(name, { Id = '', Type = '', Target = '' }) {
      if (name === 'Relationship') relations.set(Id, { type: Type, target: resolvePart(folder, Target) })
    },
  })
  return relations
}

/** Names of parts are keys in the archive: a target that leads out of it finds nothing. */
function resolvePart(folder: string, target: string): string {
  const path = target.startsWith('/') ? target.slice(1) : folder + target
  const kept: string[] = []
  for (const step of path.split('/')) {
    if (step === '..') kept.pop()
    else if (step !== '.' && step !== '') kept.push(step)
  }
  return kept.join('/')
}

async function readSheets(saxes: Saxes, archive: Archive, part: string) {
  const sheets: SheetEntry[] = []
  let is1904 = false
  await parseXml(saxes, archive.read(part, mostStyleBytes), {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributes['date1904'] ?? '')
      if (name !== 'sheet' || sheets.length >= mostSheets) return
      const relation = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1] ?? ''
      sheets.push({
        name: attributes['name'] ?? '',
        relation,
        isVisible: (attributes['state'] ?? 'visible') === 'visible',
      })
    },
  })
  return { sheets, is1904 }
}

function chooseSheet(sheets: readonly SheetEntry[], wanted: string | number | null): SheetEntry {
  const named =
    typeof wanted === 'string' ? sheets.find(({ name }) => name.toLowerCase() === wanted.toLowerCase()) : null
  const found =
    wanted === null
      ? (sheets.find(({ isVisible }) => isVisible) ?? sheets[0])
      : typeof wanted === 'number'
        ? sheets[wanted - 1]
        : named
  if (found !== undefined && found !== null) return found
  const names = sheets.slice(0, 50).map(({ name }) => name)
  throw new Failure({ code: 'import.sheet_unknown', detail: `The sheets are: ${names.join(', ')}.` })
}

/** Rich text is joined; phonetic guides are left out. */
async function readTexts(saxes: Saxes, archive: Archive, part: string | undefined): Promise<readonly string[]> {
  const texts: string[] = []
  if (part === undefined) return texts
  let text = ''
  let [isText, guides] = [false, 0]
  await parseXml(saxes, archive.read(part, mostTextBytes), {
    open(name) {
      if (name === 'si') text = ''
      else if (name === 'rPh') guides += 1
      else if (name === 't') isText = guides === 0
    },
    close(name) {
      if (name === 'si') texts.push(decodeText(text))
      else if (name === 'rPh') guides -= 1
      else if (name === 't') isText = false
    },
    text(piece) {
      if (isText) text += piece
    },
  })
  return texts
}

/** Characters that XML cannot hold are written as _x000D_ (ECMA-376, part 1, 22.9.2.19). */
export function decodeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

async function readDateKinds(
  saxes: Saxes,
  archive: Archive,
  part: string | undefined,
): Promise<readonly (DateKind | null)[]> {
  const kinds: (DateKind | null)[] = []
  if (part === undefined) return kinds
  const own = new Map<string, string>()
  let isCellFormat = false
  await parseXml(saxes, archive.read(part, mostStyleBytes), {
    open(name, { numFmtId = '', formatCode = '' }) {
      if (name === 'numFmt') own.set(numFmtId, formatCode)
      else if (name === 'cellXfs') isCellFormat = true
      else if (name === 'xf' && isCellFormat) kinds.push(isDateFormat(Number(numFmtId), own.get(numFmtId)))
    },
    close(name) {
      if (name === 'cellXfs') isCellFormat = false
    },
  })
  return kinds
}
