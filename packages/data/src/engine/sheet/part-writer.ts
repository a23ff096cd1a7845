/** Rows of cells as parts of CSV that end with a row. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { Failure } from '../process/duck-error.ts'
import type { SheetPart } from './messages.ts'

const bufferBytes = 1 << 20

export class PartWriter {
  readonly #folder: string
  readonly #partBytes: number
  readonly #parts: { name: string; rows: [number, number][] }[] = []
  #file: number | null = null
  #text = ''
  #written = 0
  #records = 0
  #nextRow = -1
  #left: number

  constructor(folder: string, partBytes: number, mostBytes: number) {
    this.#folder = folder
    this.#partBytes = partBytes
    this.#left = mostBytes
  }

  /** `record` is CSV without its line end; `row` is where it stands in the sheet. @throws Failure `import.sheet_too_large` */
  write(record: string, row: number): void {
    if (this.#written + this.#text.length >= this.#partBytes) this.#finishPart()
    if (this.#file === null) this.#startPart()
    this.#records += 1
    if (row !== this.#nextRow) this.#parts.at(-1)?.rows.push([this.#records, row])
    this.#nextRow = row + 1
    this.#text += `${record}\n`
    if (this.#text.length >= bufferBytes) this.#flush()
  }

  finish(): readonly SheetPart[] {
    this.#finishPart()
    return this.#parts
  }

  #startPart(): void {
    const name = `sheet-${this.#parts.length + 1}.csv`
    this.#file = openSync(`${this.#folder}/${name}`, 'wx', 0o600)
    this.#parts.push({ name, rows: [] })
    this.#records = 0
    this.#written = 0
    this.#nextRow = -1
  }

  #finishPart(): void {
    if (this.#file === null) return
    this.#flush()
    closeSync(this.#file)
    this.#file = null
  }

  #flush(): void {
    if (this.#file === null) return
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    this.#written += bytes.length
    this.#left -= bytes.length
    if (this.#left < 0) throw new Failure({ code: 'import.sheet_too_large' })
    for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done)
  }
}
