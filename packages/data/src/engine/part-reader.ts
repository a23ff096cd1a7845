/** Reads one part by the engine: what it looks like, and its rows as data files, with bad ones put aside where chosen. */
import { readFile, rm, stat } from 'node:fs/promises'
import type { FileColumn } from './column-format.ts'
import type { TableColumn } from './engine.ts'
import type { EngineFolders } from './engine-folders.ts'
import type { EngineProcess } from './engine-process.ts'
import { makeEngineError, type EngineError } from './errors.ts'
import type { ImportPlan } from './import-plan.ts'
import type { ImportedFile, ImportRequest, QuarantinedRow } from './import-types.ts'
import type { RecordRules } from './line-number.ts'
import { locateRow, mapRecord, type Placed } from './place-parts.ts'
import type { Converted, Inspected, RefusedRow } from './process/messages.ts'
import { settleTypes } from './schema-merge.ts'
import { siftPart } from './sift-part.ts'
import { takeWritten } from './take-written.ts'

export type Outcome =
  | { readonly files: readonly ImportedFile[]; readonly bad: readonly QuarantinedRow[] }
  | { readonly placed: Placed; readonly row: RefusedRow }

type PartReaderOptions = {
  readonly process: EngineProcess
  readonly folders: EngineFolders
  readonly request: ImportRequest
  readonly signal: AbortSignal | undefined
  readonly parallel: number
}

/** Bad rows of a part that are listed at a time. */
const listedAtOnce = 20_000
/** Faults of a whole file: no one record can be taken out for them. */
const unsiftable = new Set(['nul_byte', 'mixed_line_endings', 'malformed'])

export class PartReader {
  readonly #options: PartReaderOptions
  #careful: readonly string[] = []
  /** Records that a part's scan took out before its conversion, by part. */
  readonly #scanned = new Map<string, readonly QuarantinedRow[]>()
  #plan: Pick<ImportPlan, 'dialect' | 'columns'> | null = null

  constructor(options: PartReaderOptions) {
    this.#options = options
  }

  /** Columns of a part that is seen for the first time. @throws EngineError `import.bad_row`, `import.bad_file`, … */
  async inspectNew(placed: Placed): Promise<Inspected> {
    const { request } = this.#options
    await this.#checkNul(placed)
    const inspected = await this.#inspect(placed, request.format === 'ndjson')
    if (request.quarantine === undefined || request.format === 'parquet') return inspected
    const bad = await this.#scan(placed, inspected)
    if (bad.length === 0) return inspected
    placed.isEmpty = request.format === 'ndjson' && (await isBlank(placed.path))
    return placed.isEmpty ? { ...inspected, columns: [] } : this.#inspect(placed, request.format === 'ndjson')
  }

  /** Columns by every row of a part. */
  inspectWhole(placed: Placed, plan: ImportPlan): Promise<Inspected> {
    return this.#inspect(placed, true, plan.decimal)
  }

  /** The part's rows, or the first row that refuses the file or asks for wider types. */
  async convert(placed: Placed, plan: ImportPlan, mayWiden: boolean): Promise<Outcome> {
    const { request, folders } = this.#options
    this.#plan = plan
    await this.#checkNul(placed)
    if (request.quarantine !== undefined) await this.#scan(placed, plan)
    const bad = [...(this.#scanned.get(placed.name) ?? [])]
    if (placed.isEmpty) return { files: [], bad }
    for (;;) {
      const output = `${placed.name}-${bad.length}.parquet`
      const converted = await this.#requestConversion(placed, plan, {
        output,
        mayWiden,
        leftOut: leftOutOf(bad, request),
      })
      if ('files' in converted) {
        this.#careful = [...new Set([...this.#careful, ...converted.careful])]
        const files = await takeWritten(folders, converted.files, output)
        await rm(placed.path, { force: true })
        return { files, bad: bad.toSorted((a, b) => a.line - b.line) }
      }
      const [first] = converted.refused
      if (first === undefined) throw makeEngineError('import.bad_file')
      const wider = mayWiden ? converted.refused.find(({ typeOnly }) => typeOnly) : undefined
      if (wider !== undefined || request.quarantine === undefined) return { placed, row: wider ?? first }
      const taken = await this.#takeOut(placed, converted.refused)
      if (taken === null) return { placed, row: first }
      bad.push(...taken)
      if (request.quarantine.isTooMany(bad.length, null)) throw makeEngineError('import.too_many_bad_rows')
    }
  }

  /** The refusal with the row's place in the whole source. */
  async refuse(placed: Placed, row: RefusedRow): Promise<EngineError> {
    const line = await locateRow(placed, row, this.#rules())
    const column = row.column === undefined ? {} : { column: row.column }
    return makeEngineError('import.bad_row', { badRow: { line, rule: row.rule, ...column } })
  }

  async #checkNul(placed: Placed): Promise<void> {
    if (placed.nulAt === null || this.#options.request.format === 'parquet') return
    throw await this.refuse(placed, { offset: placed.nulAt, record: null, rule: 'nul_byte', typeOnly: false })
  }

  #rules(): RecordRules {
    const quote = this.#options.request.format === 'csv' ? (this.#plan?.dialect?.quote ?? '"') : null
    return { quote: quote === '' ? null : quote, skipsBlank: quote !== null && (this.#plan?.columns.length ?? 0) > 1 }
  }

  #inspect(placed: Placed, whole: boolean, decimal: '.' | ',' | null = null): Promise<Inspected> {
    const { process, request, signal } = this.#options
    const { format, csv = {}, limits, hints = {} } = request
    if (placed.columns !== null) return Promise.resolve(describeSheet(placed.columns, hints.timeZone))
    const { header = true, ...dialect } = csv
    const schema = request.schema ?? []
    const known = hints.decimal === undefined && decimal !== null ? { ...hints, decimal } : hints
    const message = { op: 'inspect' as const, format, part: placed.name, csv: dialect, hints: known, whole, limits }
    const expected = (request.schema ?? request.table?.columns ?? []).map(({ name }) => name)
    return process.request({ ...message, schema, expected, header: placed.isFirst && header }, limits, signal)
  }

  #requestConversion(
    placed: Placed,
    plan: ImportPlan,
    more: { output: string; mayWiden: boolean; leftOut: readonly number[] },
  ): Promise<Converted> {
    const { process, request, signal, parallel } = this.#options
    const { format, csv, limits } = request
    const share = { ...limits, threads: 1, memoryBytes: Math.floor(limits.memoryBytes / parallel) }
    return process.request(
      {
        op: 'convert',
        format,
        part: placed.name,
        dialect: plan.dialect,
        output: more.output,
        header: placed.isFirst && (csv?.header ?? true),
        columns: settleTypes(plan.columns),
        inferred: more.mayWiden,
        careful: this.#careful,
        required: request.required ?? [],
        mostRefused: request.quarantine === undefined ? 1 : listedAtOnce,
        leftOut: more.leftOut,
        limits: parallel === 1 ? limits : share,
      },
      limits,
      signal,
    )
  }

  /** Takes out what is no record of this shape, before anything is asked of its values. */
  async #scan(placed: Placed, plan: Pick<ImportPlan, 'dialect' | 'columns'>): Promise<readonly QuarantinedRow[]> {
    const { process, request, signal } = this.#options
    const { csv, format, limits, quarantine } = request
    if (placed.isScanned || format === 'parquet') return []
    this.#plan = plan
    const bad: QuarantinedRow[] = []
    for (;;) {
      const refused = await process.request(
        {
          op: 'scan',
          format,
          part: placed.name,
          dialect: plan.dialect,
          header: placed.isFirst && (csv?.header ?? true),
          columns: plan.columns,
          mostRefused: listedAtOnce,
          limits,
        },
        limits,
        signal,
      )
      if (refused.length === 0) break
      const taken = await this.#takeOut(placed, refused)
      // What cannot be taken out, the conversion refuses.
      if (taken === null) break
      bad.push(...taken)
      if (quarantine?.isTooMany(bad.length, null)) throw makeEngineError('import.too_many_bad_rows')
    }
    placed.isScanned = true
    this.#scanned.set(placed.name, bad)
    return bad
  }

  /** Null when the rows cannot be told from the rest of the part. */
  async #takeOut(placed: Placed, refused: readonly RefusedRow[]): Promise<readonly QuarantinedRow[] | null> {
    const { request } = this.#options
    if (request.format === 'parquet') return refused.map(describeParquetRow)
    if (refused.some(({ rule, offset, record }) => unsiftable.has(rule) || (offset ?? record) === null)) return null
    if (this.#plan?.dialect?.newline === '\r') return null
    const done = await siftPart(placed.path, refused, this.#rules(), placed.sifted)
    if (done === null) return null
    placed.sifted = done.sifted
    const { rows } = placed
    return done.rows.map(({ recordNumber, line, ...row }) => ({
      ...row,
      line: rows === null ? placed.linesBefore + line : mapRecord(rows, recordNumber),
    }))
  }
}

/** A sheet's cells are typed already, and written as CSV by ourselves. */
function describeSheet(columns: readonly TableColumn[], zone: string | undefined): Inspected {
  const dialect = { delimiter: ',', quote: '"', escape: '"', nullTexts: [''], newline: '\n' as const }
  const zoned = columns.map((column): FileColumn => {
    if (zone === undefined || column.type !== 'TIMESTAMP') return column
    const format = { kind: 'timestamp' as const, pattern: null, zone }
    return { name: column.name, type: 'TIMESTAMP WITH TIME ZONE', format }
  })
  return { dialect, columns: zoned, decimal: null }
}

/** Whether nothing but line ends was left of a part. */
async function isBlank(path: string): Promise<boolean> {
  const { size } = await stat(path)
  return size < 1 << 20 && (await readFile(path, 'latin1')).trim() === ''
}

function describeParquetRow({ record, rule, column, text }: RefusedRow): QuarantinedRow {
  return { line: record ?? 1, rule, column: column ?? null, record: text ?? '' }
}

/** Rows of a Parquet file, which is not written anew for them. */
function leftOutOf(bad: readonly QuarantinedRow[], { format }: ImportRequest): readonly number[] {
  return format === 'parquet' ? bad.map(({ line }) => line - 1) : []
}
