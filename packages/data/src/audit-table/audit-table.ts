/**
 * `system.audit`: the verified log as Parquet files in private memory, made when a query first names it and brought up to
 * date by each that does. Full files stay as they are; the newest entries are in one that is written anew.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { auditColumns, auditTable, type LedgerListed } from '@keyhold/contract'
import type { Engine, EnginePool, Limits, TableInput } from '../engine/index.ts'
import { formatAuditRow } from './audit-row.ts'
import { schemaInEngine } from './name-in-engine.ts'
import { VerifiedLog, type LogReader, type VerifiedLogOptions } from './verified-log.ts'

/** Rows of a full file. */
const rowsInFile = 16_384
/** The newest entries that are offered; older ones are verified and let go. */
const mostRows = 1_000_000
/** An older file may still be read by a query that runs: none runs for longer. */
const keptLinkedMs = 610_000
/** No asker's: theirs begin with their kind. */
const ownEngine = 'log'

type AuditFile = { readonly name: string; readonly path: string; readonly rows: number }

export type AuditTableOptions = VerifiedLogOptions & {
  /** In the project's work folder. */
  readonly folder: string
  readonly acquire: EnginePool['acquire']
  readonly limits: Limits
}

export class AuditTable {
  readonly #options: AuditTableOptions
  readonly #log: VerifiedLog
  readonly #reader: LogReader
  #full: AuditFile[] = []
  #newest: AuditFile | null = null
  /** Lines of rows that are in no full file. */
  #lines: string[] = []
  #count = 0
  #turn: Promise<unknown> = Promise.resolve()
  /** Files linked into an engine; with the time (ms) since which they are out of date. */
  readonly #linked = new WeakMap<Engine, Map<string, number | null>>()

  constructor(options: AuditTableOptions) {
    this.#options = options
    this.#log = new VerifiedLog(options)
    this.#reader = { take: (entries) => this.#take(entries), restart: () => this.#restart() }
  }

  /** Brings the table up to date and links it into an engine. @throws `ledger.` codes when the log does not verify */
  prepare(engine: Engine): Promise<TableInput> {
    const prepared = this.#turn.then(() => this.#prepare(engine))
    this.#turn = prepared.catch(() => {})
    return prepared
  }

  async #prepare(engine: Engine): Promise<TableInput> {
    await this.#log.follow(this.#reader)
    await this.#writeNewest()
    const files = [...this.#full, ...(this.#newest ? [this.#newest] : [])]
    await this.#link(engine, files)
    const { table } = auditTable
    return { bucket: schemaInEngine, table, files: files.map(({ name }) => name), columns: auditColumns }
  }

  async #take(entries: readonly LedgerListed[]): Promise<void> {
    for (const entry of entries) this.#lines.push(formatAuditRow(entry))
    if (this.#lines.length < rowsInFile) return
    this.#full.push(await this.#write(this.#lines.splice(0, rowsInFile)))
    this.#dropNewest()
    while (this.#full.length * rowsInFile > mostRows) this.#remove(this.#full.shift())
  }

  #restart(): void {
    for (const file of this.#full.splice(0)) this.#remove(file)
    this.#dropNewest()
    this.#lines = []
  }

  async #writeNewest(): Promise<void> {
    if (this.#newest?.rows === this.#lines.length) return
    this.#dropNewest()
    if (this.#lines.length > 0) this.#newest = await this.#write(this.#lines)
  }

  #dropNewest(): void {
    this.#remove(this.#newest)
    this.#newest = null
  }

  #remove(file: AuditFile | null | undefined): void {
    if (file) void rm(file.path, { force: true })
  }

  /** Lines as a Parquet file, by an engine that serves nobody else. */
  async #write(lines: readonly string[]): Promise<AuditFile> {
    const { folder, acquire, limits } = this.#options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const stem = `audit-${++this.#count}`
    const [source, path] = [join(folder, `${stem}.ndjson`), join(folder, `${stem}.parquet`)]
    await writeFile(source, lines.join(''), { mode: 0o600 })
    const { engine, release } = await acquire(ownEngine)
    const input = { bucket: schemaInEngine, table: auditTable.table, files: [`${stem}.ndjson`], columns: auditColumns }
    try {
      await engine.linkFile(source, `${stem}.ndjson`)
      const result = await engine.query({ tables: [input], sql: `FROM ${schemaInEngine}.${auditTable.table}`, limits })
      await rename(result.path, path)
      await engine.dropFile(`${stem}.ndjson`)
    } finally {
      release()
      await rm(source, { force: true })
    }
    return { name: `${stem}.parquet`, path, rows: lines.length }
  }

  async #link(engine: Engine, files: readonly AuditFile[]): Promise<void> {
    const linked = this.#linked.get(engine) ?? new Map<string, number | null>()
    this.#linked.set(engine, linked)
    for (const { name, path } of files) {
      if (!linked.has(name)) await engine.linkFile(path, name)
      linked.set(name, null)
    }
    const current = new Set(files.map(({ name }) => name))
    const now = performance.now()
    for (const [name, since] of linked) {
      if (current.has(name)) continue
      if (since === null) linked.set(name, now)
      else if (now - since > keptLinkedMs) {
        linked.delete(name)
        await engine.dropFile(name)
      }
    }
  }
}
