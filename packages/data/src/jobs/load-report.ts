/** What became of a load, sealed under the table's key beside its job: facts can tell of values. */
import type { ColumnChange, ImportOpening, ImportReport } from '@keyhold/contract'
import { encodeCanonical } from '@keyhold/sealed'
import { sealBytes } from '@keyhold/sealed/seal'
import { EngineError, type FileColumn, type ImportResult, type SheetResult } from '../engine/index.ts'
import type { Keyring } from '../project/keyring.ts'
import { tableKeyVersion } from '../project/keyring.ts'
import { SchemaChangedError } from './load-rules.ts'
import type { OpenedSource } from './open-source.ts'

export type ReportPlace = {
  readonly organisation: string
  readonly project: string
  readonly table: string
  readonly job: string
  readonly attempt: number
}

/** Failures whose detail is a name of the customer's and no text of DuckDB's. */
const toldCodes = new Set(['import.sheet_unknown', 'import.schema_lossy'])
const mostColumns = 1000
const longestName = 200

/** Collects the facts while a load runs. */
export class LoadReport {
  readonly #opening: ImportOpening
  #facts: OpenedSource<unknown>['facts']
  #columns: ImportReport['columns'] = []
  #changes: readonly ColumnChange[] = []
  #rows = { rowsRead: 0, rowsLoaded: 0, rowsQuarantined: 0 }
  #upserted: { rowsReplaced?: number; rowsRepeated?: number } = {}

  constructor(opening: ImportOpening) {
    this.#opening = opening
    this.#facts = { format: opening.format }
  }

  /** The source's own facts, which may still grow. */
  useFacts(facts: OpenedSource<unknown>['facts']): void {
    this.#facts = facts
  }

  noteImport(result: ImportResult): void {
    this.#columns = result.columns.slice(0, mostColumns).map(describeColumn)
    const { rows, quarantined, decimal, columns } = result
    this.#rows = { rowsRead: rows + quarantined, rowsLoaded: rows, rowsQuarantined: quarantined }
    const sign = decimal ?? this.#opening.decimal
    if (this.#opening.format === 'csv' && sign !== undefined) this.#facts.decimal = sign
    const grouped = columns.map(({ format }) => (format?.kind === 'number' ? format.thousands : null))
    const thousands = grouped.find((separator) => separator !== null)
    if (thousands !== undefined) this.#facts.thousands = thousands
  }

  noteSheet({ sheet, errorCells, uncomputedCells }: SheetResult): void {
    const { skipLines = 0, header = true, headerRows = 1, timeZone } = this.#opening
    Object.assign(this.#facts, { sheet, skippedLines: skipLines, headerRows: header ? headerRows : 0 })
    if (timeZone !== undefined) this.#facts.timeZone = timeZone
    if (errorCells > 0) this.#facts.errorCells = errorCells
    if (uncomputedCells > 0) this.#facts.uncomputedCells = uncomputedCells
  }

  noteChanges(changes: readonly ColumnChange[]): void {
    this.#changes = changes.slice(0, mostColumns)
  }

  noteUpsert(replaced: number, repeated: number): void {
    this.#upserted = { rowsReplaced: replaced, rowsRepeated: repeated }
    this.#rows.rowsLoaded -= repeated
  }

  describeSuccess(): ImportReport {
    return { ...this.#describe(), outcome: 'loaded' }
  }

  describeFailure(code: string, error: unknown): ImportReport {
    const badRow = error instanceof EngineError ? error.badRow : undefined
    const known = error instanceof EngineError || error instanceof SchemaChangedError ? error.changes : []
    if (known.length > 0) this.noteChanges(known)
    const detail = error instanceof EngineError && toldCodes.has(code) ? error.detail : undefined
    const more = {
      ...(badRow && { badRow: { ...badRow } }),
      ...(detail !== undefined && { detail: detail.slice(0, 4000) }),
    }
    return { ...this.#describe(), outcome: 'refused', code, ...more }
  }

  #describe(): Omit<ImportReport, 'outcome'> {
    const { fileName, bucket } = this.#opening
    return {
      fileName,
      ...(bucket !== undefined && { bucket }),
      source: { ...this.#facts },
      columns: this.#columns,
      changes: [...this.#changes],
      ...this.#rows,
      ...this.#upserted,
    }
  }
}

function describeColumn({ name, type, format }: FileColumn): ImportReport['columns'][number] {
  const column = { name: name.slice(0, longestName), type }
  if (format === undefined || format.kind === 'number' || format.pattern === null) return column
  return { ...column, dateFormat: format.pattern }
}

/** base64url. The file id is the job's, so that no report can stand for another's. */
export async function sealReport(
  report: ImportReport,
  place: ReportPlace,
  keyId: string,
  keyring: Keyring,
): Promise<string> {
  const { organisation, project, table, job, attempt } = place
  const key = await keyring.tableKey(keyId)
  const header = { organisation, project, table, file: job, version: attempt, purpose: 'job' } as const
  const recipients = [{ kind: 'table-key', id: keyId, version: tableKeyVersion, key }] as const
  const sealed = await sealBytes({ header, recipients }, encodeCanonical(shorten(report)))
  key.fill(0)
  return Buffer.from(sealed).toString('base64url')
}

/** A job keeps some 200 KiB of it: of very wide files the first columns are told. */
function shorten(report: ImportReport): ImportReport {
  let { columns, changes } = report
  while (JSON.stringify({ columns, changes }).length > 150_000) {
    columns = columns.slice(0, Math.floor(columns.length / 2))
    changes = changes.slice(0, Math.floor(changes.length / 2))
  }
  return { ...report, columns, changes }
}
