/** One sheet of a workbook as parts of CSV with the types of its columns. */
import { closeSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { nameColumns } from '../process/csv-head.ts'
import { Failure } from '../process/duck-error.ts'
import { Archive } from './archive.ts'
import { ColumnTypes } from './column-types.ts'
import type { SheetMessage, SheetRead, SheetSettings } from './messages.ts'
import { PartWriter } from './part-writer.ts'
import { readCells, type Cell } from './read-cells.ts'
import { readWorkbook, type Workbook } from './workbook.ts'
import type { Saxes } from './xml.ts'

/** @throws Failure with an `import.` code */
export async function readSheet(settings: SheetSettings, message: SheetMessage): Promise<SheetRead> {
  const require = createRequire(settings.modules)
  const [yauzl, saxes] = [require('yauzl') as typeof import('yauzl'), require('saxes') as Saxes]
  const path = `${settings.data}/${message.file}`
  const archive = await Archive.open(yauzl, path, readHead(path), message.mostBytes)
  try {
    const workbook = await readWorkbook(saxes, archive, message.sheet)
    const width = message.headerRows === 0 ? await measureWidth(saxes, archive, workbook) : 0
    const table = new TableWriter(settings.scratch, message, width)
    const counts = await readCells(saxes, archive, workbook, (row, cells) => table.take(row, cells))
    return { ...table.finish(), sheet: workbook.sheet, ...counts }
  } finally {
    archive.close()
  }
}

function readHead(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(8)
    readSync(file, head)
    return head
  } finally {
    closeSync(file)
  }
}

/** Without a header, the widest row says how many columns there are. */
async function measureWidth(saxes: Saxes, archive: Archive, workbook: Workbook): Promise<number> {
  let width = 0
  await readCells(saxes, archive, workbook, (_, cells) => {
    if (cells.length > width) width = cells.length
  })
  return width
}

class TableWriter {
  readonly #message: SheetMessage
  readonly #writer: PartWriter
  readonly #types = new ColumnTypes()
  readonly #headers: (readonly (Cell | undefined)[])[] = []
  #names: readonly string[] | null = null

  constructor(folder: string, message: SheetMessage, width: number) {
    this.#message = message
    this.#writer = new PartWriter(folder, message.partBytes, message.mostBytes)
    if (message.headerRows === 0)
      this.#names = nameColumns(
        Array.from({ length: width }, () => ''),
        false,
      )
  }

  /** Rows above the table are counted by their number, so that empty ones count though no file has them. */
  take(row: number, cells: readonly (Cell | undefined)[]): void {
    if (row <= this.#message.skipRows || cells.length === 0) return
    if (this.#names !== null) return this.#writeRow(row, cells, this.#names.length)
    this.#headers.push(cells)
    if (this.#headers.length === this.#message.headerRows) this.#writeHeader(row)
  }

  finish(): Pick<SheetRead, 'parts' | 'columns'> {
    if (this.#names === null || this.#names.length === 0) throw new Failure({ code: 'import.empty' })
    return { parts: this.#writer.finish(), columns: this.#types.describe(this.#names) }
  }

  #writeHeader(row: number): void {
    const width = Math.max(...this.#headers.map((cells) => cells.length))
    const fields = Array.from({ length: width }, (_, index) =>
      this.#headers
        .map((cells) => (cells[index]?.text ?? '').trim().replaceAll(/\s+/g, ' '))
        .filter((text) => text !== '')
        .join(' '),
    )
    this.#names = nameColumns(fields, true)
    this.#writer.write(this.#names.map(quote).join(','), row)
  }

  #writeRow(row: number, cells: readonly (Cell | undefined)[], width: number): void {
    let record = ''
    for (let column = 0; column < Math.max(width, cells.length); column += 1) {
      const cell = cells[column]
      if (column > 0) record += ','
      if (cell === undefined) continue
      this.#types.note(column, cell.kind)
      record += cell.kind === 'text' ? quote(cell.text) : cell.text
    }
    this.#writer.write(record, row)
  }
}

/** NUL is nothing that a text of a table can have. */
function quote(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('\0', '\uFFFD')}"`
}
