/** Drives an import: parts in, data files out in order, and always the next part on its way while DuckDB works. */
import { readdir, rename, rm } from 'node:fs/promises'
import { checkFileName, takeFile, takeFolder, type EngineFolders } from './engine-folders.ts'
import type { EngineProcess } from './engine-process.ts'
import { EngineError, makeEngineError } from './errors.ts'
import { checkNoStrangers, makePlan, type ImportPlan } from './import-plan.ts'
import type { ImportedFile, ImportRequest, ImportResult, PartSeen } from './import-types.ts'
import { findLine, lookAtPart } from './line-number.ts'
import type { Converted, RefusedRow, WrittenFile } from './process/messages.ts'
import { isSameSchema, mergeSchemas, settleTypes, widenToText } from './schema-merge.ts'

/** A part in the data folder. */
type Placed = {
  readonly name: string
  readonly path: string
  readonly isFirst: boolean
  readonly linesBefore: number
  readonly nulAt: number | null
}

type Outcome = { readonly files: readonly ImportedFile[] } | { readonly placed: Placed; readonly row: RefusedRow }
type Pass = { readonly rows: number; readonly files: number } | { readonly wider: ImportPlan }

/** Each restart comes with types that hold the whole file, so a second one already means that something is odd. */
const maxRestarts = 3
/** No linked file can have such a name. */
const ownPrefix = 'import~'

export class ImportRun {
  readonly #process: EngineProcess
  readonly #folders: EngineFolders
  readonly #request: ImportRequest
  readonly #signal: AbortSignal | undefined
  readonly #parallel: number
  #plan: ImportPlan | null = null
  #counter = 0
  #careful: readonly string[] = []

  constructor(process: EngineProcess, folders: EngineFolders, request: ImportRequest, signal?: AbortSignal) {
    this.#process = process
    this.#folders = folders
    this.#request = request
    this.#signal = signal
    // A Parquet file is one part, read by all threads; parts of text are read one thread each, which is faster.
    this.#parallel = request.format === 'parquet' ? 1 : Math.max(1, Math.floor(request.limits.threads))
  }

  /** @throws EngineError with an `import.` or `engine.` code. */
  async run(): Promise<ImportResult> {
    try {
      return await this.#readUntilItFits()
    } finally {
      await this.#cleanUp()
    }
  }

  async #readUntilItFits(): Promise<ImportResult> {
    const started = performance.now()
    for (let restarts = 0; restarts <= maxRestarts; restarts += 1) {
      const pass = await this.#readThrough()
      if ('rows' in pass) {
        const schema = this.#request.schema ?? settleTypes(this.#plan?.columns ?? [])
        return { schema, ...pass, restarts, elapsedMs: performance.now() - started }
      }
      this.#plan = pass.wider
      await this.#request.onRestart()
    }
    throw makeEngineError('import.bad_file')
  }

  async #readThrough(): Promise<Pass> {
    const window: Promise<Outcome>[] = []
    const parts = this.#placeParts()
    const totals = { rows: 0, files: 0 }
    const settleFirst = async (): Promise<ImportPlan | null> => {
      const outcome = await (window.shift() as Promise<Outcome>)
      if ('row' in outcome) return this.#widenOrRefuse(outcome.placed, outcome.row, parts)
      for (const file of outcome.files) {
        totals.rows += file.rows
        totals.files += 1
        await this.#deliver(file)
      }
      return null
    }
    try {
      for await (const placed of parts) {
        const wider = await this.#fitPlan(placed, parts)
        if (wider !== null) return { wider }
        window.push(markHandled(this.#convert(placed)))
        const refused = window.length >= this.#parallel ? await settleFirst() : null
        if (refused !== null) return { wider: refused }
      }
      while (window.length > 0) {
        const refused = await settleFirst()
        if (refused !== null) return { wider: refused }
      }
      if (this.#plan === null) throw makeEngineError('import.empty')
      return totals
    } catch (error) {
      throw asImportError(error)
    } finally {
      await Promise.allSettled(window)
      await parts.return(undefined)
    }
  }

  /** Moves parts into the data folder, always fetching one ahead. */
  async *#placeParts(): AsyncGenerator<Placed, undefined, undefined> {
    const source = this.#request.openParts()[Symbol.asyncIterator]()
    let linesBefore = 0
    let isFirst = true
    let next = markHandled(source.next())
    try {
      for (let item = await next; item.done !== true; item = await next) {
        next = markHandled(source.next())
        const seen = item.value.seen ?? (await this.#look(item.value.path))
        yield await this.#place(item.value.path, { isFirst, linesBefore, nulAt: seen.nulAt })
        linesBefore += seen.lines
        isFirst = false
      }
    } finally {
      await next.catch(() => {})
      await source.return?.()
    }
    return undefined
  }

  #look(path: string): Promise<PartSeen> | PartSeen {
    return this.#request.format === 'parquet' ? { lines: 0, nulAt: null } : lookAtPart(path)
  }

  async #place(from: string, part: Omit<Placed, 'name' | 'path'>): Promise<Placed> {
    const name = `${ownPrefix}${++this.#counter}`
    const path = `${this.#folders.data}/${name}`
    await rename(from, path)
    return { name, path, ...part }
  }

  /** The first part makes the plan; each part of NDJSON may bring new keys. Gives a wider plan to start over with. */
  async #fitPlan(placed: Placed, rest: AsyncGenerator<Placed>): Promise<ImportPlan | null> {
    if (this.#plan !== null && this.#request.format !== 'ndjson') return null
    if (placed.nulAt !== null && this.#request.format !== 'parquet') throw await this.#refuseNul(placed, placed.nulAt)
    const inspected = await this.#inspect(placed, this.#request.format === 'ndjson')
    if (this.#plan === null) {
      this.#plan = makePlan(this.#request, inspected)
      return null
    }
    if (this.#request.schema !== undefined) {
      checkNoStrangers(inspected.columns, this.#request.schema)
      return null
    }
    const merged = mergeSchemas(this.#plan.columns, inspected.columns)
    if (isSameSchema(merged, this.#plan.columns)) return null
    return this.#widenByRest({ ...this.#plan, columns: merged }, rest)
  }

  #inspect(placed: Placed, whole: boolean) {
    const { format, csv = {}, limits } = this.#request
    const { header = true, ...dialect } = csv
    const schema = this.#request.schema ?? []
    const message = { op: 'inspect' as const, format, part: placed.name, csv: dialect, whole, limits, schema }
    return this.#process.request({ ...message, header: placed.isFirst && header }, limits, this.#signal)
  }

  async #convert(placed: Placed): Promise<Outcome> {
    const { format, csv, limits } = this.#request
    if (placed.nulAt !== null && format !== 'parquet') throw await this.#refuseNul(placed, placed.nulAt)
    const output = `${placed.name}.parquet`
    const share = { ...limits, threads: 1, memoryBytes: Math.floor(limits.memoryBytes / this.#parallel) }
    const converted: Converted = await this.#process.request(
      {
        op: 'convert',
        format,
        part: placed.name,
        dialect: this.#plan?.dialect ?? null,
        output,
        header: placed.isFirst && (csv?.header ?? true),
        columns: settleTypes(this.#plan?.columns ?? []),
        inferred: this.#request.schema === undefined,
        careful: this.#careful,
        limits: this.#parallel === 1 ? limits : share,
      },
      limits,
      this.#signal,
    )
    if ('refused' in converted) return { placed, row: converted.refused }
    this.#careful = [...new Set([...this.#careful, ...converted.careful])]
    const files = await this.#take(converted.files, output)
    await rm(placed.path, { force: true })
    return { files }
  }

  /** A folder is moved out of the process's reach as a whole first: inside its reach it could be swapped for a link. */
  async #take(written: readonly WrittenFile[], output: string): Promise<readonly ImportedFile[]> {
    const { scratch, results } = this.#folders
    const isFolder = written.some((file) => file.name !== output)
    const folder = `${results}/${output}.parts`
    if (isFolder) await takeFolder(`${scratch}/${output}`, folder)
    const files = written.map(async ({ name, rows }, index) => {
      const from = isFolder ? `${folder}/${checkFileName(name.slice(output.length + 1))}` : `${scratch}/${output}`
      const path = `${results}/${index}-${output}`
      return { path, rows, bytes: await takeFile(from, path) }
    })
    return Promise.all(files).finally(() => rm(folder, { recursive: true, force: true }))
  }

  async #cleanUp(): Promise<void> {
    for (const folder of Object.values(this.#folders)) {
      const own = (await readdir(folder)).filter((name) => name.includes(ownPrefix))
      for (const name of own) await rm(`${folder}/${name}`, { recursive: true, force: true })
    }
  }

  async #deliver(file: ImportedFile): Promise<void> {
    await this.#request.onDataFile(file)
    await rm(file.path, { force: true })
  }

  /** Reads the rest for its types alone, so that one restart is enough. @throws EngineError `import.bad_row`. */
  async #widenOrRefuse(placed: Placed, row: RefusedRow, rest: AsyncGenerator<Placed>): Promise<ImportPlan> {
    const plan = this.#plan as ImportPlan
    if (!row.typeOnly || this.#request.schema !== undefined) throw await this.#refuse(placed, row)
    const wider = await this.#widenBy(plan, placed)
    const same = wider.columns.find((column) => column.name === row.column)?.type
    const isStuck = same === plan.columns.find((column) => column.name === row.column)?.type
    const columns = isStuck ? widenToText(wider.columns, row.column) : wider.columns
    return this.#widenByRest({ ...wider, columns }, rest)
  }

  async #widenByRest(plan: ImportPlan, rest: AsyncGenerator<Placed>): Promise<ImportPlan> {
    let wider = plan
    for await (const placed of rest) wider = await this.#widenBy(wider, placed)
    return wider
  }

  async #widenBy(plan: ImportPlan, placed: Placed): Promise<ImportPlan> {
    try {
      const inspected = await this.#inspect(placed, true)
      // Parts after the first have no header: their columns are known by position.
      const named = inspected.columns.map((column, index) => ({
        name: this.#request.format === 'csv' ? (plan.columns[index]?.name ?? column.name) : column.name,
        type: column.type,
      }))
      const fits = this.#request.format !== 'csv' || named.length === plan.columns.length
      return fits ? { ...plan, columns: mergeSchemas(plan.columns, named) } : plan
    } catch (error) {
      // A part that cannot be inspected has a bad row: the next reading names it.
      if (error instanceof EngineError && error.code.startsWith('import.')) return plan
      throw error
    } finally {
      await rm(placed.path, { force: true })
    }
  }

  async #refuse(placed: Placed, row: RefusedRow): Promise<EngineError> {
    const quote = this.#plan?.dialect?.quote ?? null
    const line =
      placed.linesBefore +
      (await findLine(placed.path, row, { quote, skipsBlank: (this.#plan?.columns.length ?? 0) > 1 }))
    const column = row.column === undefined ? {} : { column: row.column }
    return makeEngineError('import.bad_row', { badRow: { line, rule: row.rule, ...column } })
  }

  #refuseNul(placed: Placed, offset: number): Promise<EngineError> {
    return this.#refuse(placed, { offset, record: null, rule: 'nul_byte', typeOnly: false })
  }
}

/** A promise that is awaited later must not count as unhandled meanwhile. */
function markHandled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function asImportError(error: unknown): unknown {
  const isCancelled = error instanceof EngineError && error.code === 'query.cancelled'
  return isCancelled ? makeEngineError('import.cancelled') : error
}
