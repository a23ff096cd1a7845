/** High-water marks: the newest manifest of each table that this data plane has seen, outside the control plane's reach. */
import { join } from 'node:path'
import { appendDurable, readLines, writeDurable } from '../platform/durable-file.ts'

/** `deleted`: the last one; its name is free again. */
export type Mark = { tableId: string; bucket: string; table: string; sequence: number; digest: string; deleted?: true }

export class Marks {
  adopting: boolean
  readonly #path: string
  readonly #byTable = new Map<string, Mark>()
  readonly #byName = new Map<string, Mark>()

  /** `adopting`: after a restore, tables without a mark are taken as they come. */
  constructor(folder: string, adopting = false) {
    this.adopting = adopting
    this.#path = join(folder, 'marks.ndjson')
    const lines = readLines(this.#path)
    for (const line of lines) this.#keep(JSON.parse(line) as Mark)
    if (lines.length > 100 + 2 * this.#byTable.size) this.#compact()
  }

  of(tableId: string): Mark | undefined {
    return this.#byTable.get(tableId)
  }

  /** The mark of the table that owns a name. */
  named(bucket: string, table: string): Mark | undefined {
    return this.#byName.get(`${bucket}.${table}`)
  }

  /** Durable when it returns. Never goes back. */
  raise(mark: Mark): void {
    if ((this.of(mark.tableId)?.sequence ?? 0) >= mark.sequence) return
    appendDurable(this.#path, JSON.stringify(mark))
    this.#keep(mark)
  }

  #keep(mark: Mark): void {
    this.#byTable.set(mark.tableId, mark)
    const name = `${mark.bucket}.${mark.table}`
    if (!mark.deleted) this.#byName.set(name, mark)
    else if (this.#byName.get(name)?.tableId === mark.tableId) this.#byName.delete(name)
  }

  #compact(): void {
    const lines = [...this.#byTable.values()].map((mark) => `${JSON.stringify(mark)}\n`)
    writeDurable(this.#path, lines.join(''))
  }
}
