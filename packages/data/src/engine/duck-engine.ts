/** One engine: an {@link EngineProcess} with its folders, doing one piece of work at a time. */
import { chmod, link, rm } from 'node:fs/promises'
import type {
  Engine,
  Isolation,
  QueryRequest,
  QueryResult,
  RewriteRequest,
  RewriteResult,
  RowsRequest,
  TableName,
  TextRows,
} from './engine.ts'
import { checkFileName, takeFile, type EngineFolders } from './engine-folders.ts'
import type { EngineProcess } from './engine-process.ts'
import { ImportRun } from './import-run.ts'
import type { ImportRequest, ImportResult } from './import-types.ts'
import { takeWritten } from './take-written.ts'

const parseBounds = { memoryBytes: 256 << 20, timeMs: 10_000 }

export class DuckEngine implements Engine {
  readonly id: string
  readonly isolation: Isolation
  readonly folders: EngineFolders
  readonly #process: EngineProcess
  readonly #onEnd: (engine: DuckEngine) => Promise<void>
  #queue: Promise<unknown> = Promise.resolve()
  #count = 0
  #ending: Promise<void> | null = null

  constructor(parts: {
    readonly id: string
    readonly isolation: Isolation
    readonly folders: EngineFolders
    readonly process: EngineProcess
    readonly onEnd: (engine: DuckEngine) => Promise<void>
  }) {
    this.id = parts.id
    this.isolation = parts.isolation
    this.folders = parts.folders
    this.#process = parts.process
    this.#onEnd = parts.onEnd
  }

  /** Whether the process is still there. */
  get isAlive(): boolean {
    return this.#ending === null && !this.#process.hasExited
  }

  async linkFile(source: string, name: string): Promise<void> {
    await link(source, `${this.folders.data}/${checkFileName(name)}`)
    await chmod(source, 0o400)
  }

  async dropFile(name: string): Promise<void> {
    await rm(`${this.folders.data}/${checkFileName(name)}`, { force: true })
  }

  tableNames(sql: string): Promise<readonly TableName[]> {
    return this.#process.request({ op: 'tableNames', sql }, parseBounds)
  }

  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResult> {
    const output = `result-${++this.#count}.parquet`
    const result = this.#inTurn(async () => {
      for (const file of request.tables.flatMap((table) => table.files)) checkFileName(file)
      const message = { op: 'query' as const, ...request, parameters: request.parameters ?? {}, output }
      const reply = await this.#process.request(message, request.limits, signal)
      const path = `${this.folders.results}/${output}`
      return { ...reply, path, bytes: await takeFile(`${this.folders.scratch}/${output}`, path) }
    })
    // The next work waits for this, the asker does not.
    this.#queue = this.#queue.then(() => this.#clearScratch(output)).catch(() => {})
    return result
  }

  readRows(request: RowsRequest, signal?: AbortSignal): Promise<TextRows> {
    const rows = this.#inTurn(() => {
      for (const file of request.tables.flatMap((table) => table.files)) checkFileName(file)
      return this.#process.request({ op: 'rows', ...request }, request.limits, signal)
    })
    this.#queue = this.#queue.then(() => this.#clearScratch('none')).catch(() => {})
    return rows
  }

  async dropResult(result: QueryResult): Promise<void> {
    await rm(result.path, { force: true })
  }

  import(request: ImportRequest, signal?: AbortSignal): Promise<ImportResult> {
    return this.#inTurn(() => new ImportRun(this.#process, this.folders, request, signal).run())
  }

  rewrite(request: RewriteRequest, signal?: AbortSignal): Promise<RewriteResult> {
    const output = `rewrite-${++this.#count}`
    const { onDataFile, ...rest } = request
    return this.#inTurn(async () => {
      for (const name of [...request.base.files, ...request.added.files]) checkFileName(name)
      const message = { op: 'rewrite' as const, ...rest, output }
      const { files, ...counts } = await this.#process.request(message, request.limits, signal)
      const taken = await takeWritten(this.folders, files, output)
      for (const file of taken) {
        await onDataFile(file)
        await rm(file.path, { force: true })
      }
      return { ...counts, rows: taken.reduce((sum, file) => sum + file.rows, 0) }
    }).finally(() => this.#clearScratch(output))
  }

  end(): Promise<void> {
    this.#ending ??= this.#process.end().then(() => this.#onEnd(this))
    return this.#ending
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work)
    this.#queue = turn.catch(() => {})
    return turn
  }

  async #clearScratch(output: string): Promise<void> {
    await rm(`${this.folders.scratch}/${output}`, { recursive: true, force: true })
    await rm(`${this.folders.scratch}/spill`, { recursive: true, force: true })
  }
}
