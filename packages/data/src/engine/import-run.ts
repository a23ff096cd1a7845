/** Drives an import: parts in, data files out in order, and always the next part on its way while DuckDB works. */
import { readdir, rm } from 'node:fs/promises'
import type { EngineFolders } from './engine-folders.ts'
import type { EngineProcess } from './engine-process.ts'
import { EngineError, makeEngineError } from './errors.ts'
import { makePlan, checkNoStrangers, type ImportPlan } from './import-plan.ts'
import { addToTable } from './import-target.ts'
import type { ImportedFile, ImportRequest, ImportResult, QuarantinedRow } from './import-types.ts'
import { PartReader, type Outcome } from './part-reader.ts'
import { markHandled, ownPrefix, placeParts, type Placed } from './place-parts.ts'
import type { RefusedRow } from './process/messages.ts'
import { isSameSchema, mergeSchemas, mergeTypes, settleTypes, widenToText } from './schema-merge.ts'

type Totals = { rows: number; files: number; quarantined: number }
type Pass = Totals | { readonly wider: ImportPlan }

/** Each restart comes with types that hold the whole file, so a second one already means that something is odd. */
const maxRestarts = 3

export class ImportRun {
  readonly #reader: PartReader
  readonly #folders: EngineFolders
  readonly #request: ImportRequest
  readonly #parallel: number
  #plan: ImportPlan | null = null
  #counter = 0

  constructor(process: EngineProcess, folders: EngineFolders, request: ImportRequest, signal?: AbortSignal) {
    this.#folders = folders
    this.#request = request
    // A Parquet file is one part, read by all threads; parts of text are read one thread each, which is faster.
    this.#parallel = request.format === 'parquet' ? 1 : Math.max(1, Math.floor(request.limits.threads))
    this.#reader = new PartReader({ process, folders, request, signal, parallel: this.#parallel })
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
      if ('rows' in pass) return this.#describe(pass, restarts, performance.now() - started)
      this.#plan = pass.wider
      await this.#request.onRestart()
    }
    throw makeEngineError('import.bad_file')
  }

  #describe(totals: Totals, restarts: number, elapsedMs: number): ImportResult {
    const { schema, table, quarantine } = this.#request
    if (quarantine?.isTooMany(totals.quarantined, totals.rows)) throw makeEngineError('import.too_many_bad_rows')
    const columns = settleTypes(this.#plan?.columns ?? [])
    const { dialect = null, decimal = null } = this.#plan ?? {}
    const result = schema ?? (table === undefined ? columns : addToTable(table, columns))
    const plain = result.map(({ name, type }) => ({ name, type }))
    return { schema: plain, columns, dialect, decimal, ...totals, restarts, elapsedMs }
  }

  async #readThrough(): Promise<Pass> {
    const window: Promise<Outcome>[] = []
    const parts = placeParts(this.#request, this.#folders, () => ++this.#counter)
    const totals = { rows: 0, files: 0, quarantined: 0 }
    const settleFirst = async (): Promise<ImportPlan | null> => {
      const outcome = await (window.shift() as Promise<Outcome>)
      if ('row' in outcome) return this.#widenOrRefuse(outcome.placed, outcome.row, parts)
      await this.#deliver(outcome.files, outcome.bad, totals)
      return null
    }
    try {
      for await (const placed of parts) {
        const wider = await this.#fitPlan(placed, parts)
        if (wider !== null) return { wider }
        const plan = this.#plan as ImportPlan
        window.push(markHandled(this.#reader.convert(placed, plan, this.#mayWiden)))
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

  /** Whether a value that does not fit makes its column's type wider. */
  get #mayWiden(): boolean {
    return this.#request.schema === undefined && this.#request.table?.mayChange !== false
  }

  /** The first part makes the plan; each part of NDJSON may bring new keys. Gives a wider plan to start over with. */
  async #fitPlan(placed: Placed, rest: AsyncGenerator<Placed>): Promise<ImportPlan | null> {
    if (this.#plan !== null && this.#request.format !== 'ndjson') return null
    const inspected = await this.#reader.inspectNew(placed)
    if (this.#plan === null) {
      this.#plan = makePlan(this.#request, inspected)
      return null
    }
    checkNoStrangers(this.#request, inspected.columns)
    if (!this.#mayWiden) return null
    const merged = mergeSchemas(this.#plan.columns, inspected.columns)
    if (isSameSchema(merged, this.#plan.columns)) return null
    return this.#widenByRest({ ...this.#plan, columns: merged }, rest)
  }

  async #deliver(files: readonly ImportedFile[], bad: readonly QuarantinedRow[], totals: Totals): Promise<void> {
    for (const file of files) {
      totals.rows += file.rows
      totals.files += 1
      await this.#request.onDataFile(file)
      await rm(file.path, { force: true })
    }
    const { quarantine } = this.#request
    if (bad.length === 0 || quarantine === undefined) return
    totals.quarantined += bad.length
    if (quarantine.isTooMany(totals.quarantined, null)) throw makeEngineError('import.too_many_bad_rows')
    await quarantine.onBadRows(bad)
  }

  async #cleanUp(): Promise<void> {
    for (const folder of Object.values(this.#folders)) {
      // An engine that has died took its folders with it; why it died is what matters.
      const own = (await readdir(folder).catch(() => [])).filter((name) => name.includes(ownPrefix))
      for (const name of own) await rm(`${folder}/${name}`, { recursive: true, force: true })
    }
  }

  /** Reads the rest for its types alone, so that one restart is enough. @throws EngineError `import.bad_row`. */
  async #widenOrRefuse(placed: Placed, row: RefusedRow, rest: AsyncGenerator<Placed>): Promise<ImportPlan> {
    const plan = this.#plan as ImportPlan
    if (!row.typeOnly || !this.#mayWiden) throw await this.#refuse(placed, row, plan)
    const wider = await this.#widenBy(plan, placed)
    const same = wider.columns.find((column) => column.name === row.column)
    const before = plan.columns.find((column) => column.name === row.column)
    const isStuck = same === undefined || before === undefined || isSameSchema([same], [before])
    const columns = isStuck ? widenToText(wider.columns, row.column) : wider.columns
    return this.#widenByRest({ ...wider, columns }, rest)
  }

  /** A value that the table's column cannot take: what the column would become is said with it. */
  async #refuse(placed: Placed, row: RefusedRow, plan: ImportPlan): Promise<EngineError> {
    const error = await this.#reader.refuse(placed, row)
    const had = this.#request.table?.columns.find(({ name }) => name === row.column)
    if (!row.typeOnly || had === undefined || this.#request.schema !== undefined) return error
    const wider = await this.#widenBy(plan, placed)
    const found = wider.columns.find(({ name }) => name === row.column)?.type ?? 'VARCHAR'
    const merged = mergeTypes(had.type, found)
    const to = merged === had.type ? 'VARCHAR' : merged
    const changes = [{ kind: 'changed' as const, name: had.name, from: had.type, to }]
    return makeEngineError('import.bad_row', { ...(error.badRow && { badRow: error.badRow }), changes })
  }

  async #widenByRest(plan: ImportPlan, rest: AsyncGenerator<Placed>): Promise<ImportPlan> {
    let wider = plan
    for await (const placed of rest) wider = await this.#widenBy(wider, placed)
    return wider
  }

  async #widenBy(plan: ImportPlan, placed: Placed): Promise<ImportPlan> {
    try {
      const inspected = await this.#reader.inspectWhole(placed, plan)
      // Parts after the first have no header: their columns are known by position.
      const named = inspected.columns.map((column, index) => ({
        ...column,
        name: this.#request.format === 'csv' ? (plan.columns[index]?.name ?? column.name) : column.name,
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
}

function asImportError(error: unknown): unknown {
  const isCancelled = error instanceof EngineError && error.code === 'query.cancelled'
  return isCancelled ? makeEngineError('import.cancelled') : error
}
