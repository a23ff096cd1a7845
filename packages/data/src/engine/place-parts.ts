/** Parts of a source in the engine's data folder, and the way back from a row of one to its place in the source. */
import { rename } from 'node:fs/promises'
import type { TableColumn } from './engine.ts'
import type { EngineFolders } from './engine-folders.ts'
import type { ImportRequest, RowMap } from './import-types.ts'
import { findRecord, findLine, lookAtPart, type RecordRules } from './line-number.ts'
import type { RefusedRow } from './process/messages.ts'
import { findOriginal, nothingSifted, type Sifted } from './sift-part.ts'

/** No linked file can have such a name. */
export const ownPrefix = 'import~'

/** A part in the data folder. */
export type Placed = {
  readonly name: string
  readonly path: string
  readonly isFirst: boolean
  readonly linesBefore: number
  readonly nulAt: number | null
  readonly rows: RowMap | null
  /** Columns that are known before anything is read. */
  readonly columns: readonly TableColumn[] | null
  /** Records that were taken out of it. */
  sifted: Sifted
  /** Whether its records have been looked at for their number of columns. */
  isScanned: boolean
  /** Whether nothing was left of it. */
  isEmpty: boolean
}

/** Moves parts into the data folder, always fetching one ahead. */
export async function* placeParts(
  request: ImportRequest,
  folders: EngineFolders,
  nextNumber: () => number,
): AsyncGenerator<Placed, undefined, undefined> {
  const source = request.openParts()[Symbol.asyncIterator]()
  let linesSeen = 0
  let isFirst = true
  let next = markHandled(source.next())
  try {
    for (let item = await next; item.done !== true; item = await next) {
      next = markHandled(source.next())
      const part = item.value
      const seen = part.seen ?? (request.format === 'parquet' ? { lines: 0, nulAt: null } : await lookAtPart(part.path))
      const name = `${ownPrefix}${nextNumber()}`
      const path = `${folders.data}/${name}`
      await rename(part.path, path)
      const linesBefore = (request.linesBefore?.() ?? 0) + linesSeen
      const place = {
        name,
        path,
        isFirst,
        linesBefore,
        nulAt: seen.nulAt,
        rows: part.rows ?? null,
        columns: part.columns ?? null,
      }
      yield { ...place, sifted: nothingSifted, isScanned: false, isEmpty: false }
      linesSeen += seen.lines
      isFirst = false
    }
  } finally {
    await next.catch(() => {})
    await source.return?.()
  }
  return undefined
}

/** The 1-based line of the source, or row of the sheet, where a refused row begins. */
export async function locateRow(placed: Placed, row: RefusedRow, rules: RecordRules): Promise<number> {
  if (placed.rows !== null) {
    const record = await findRecord(placed.path, row, rules)
    return mapRecord(placed.rows, findOriginal(placed.sifted, record, 'record'))
  }
  const line = await findLine(placed.path, row, rules)
  return placed.linesBefore + findOriginal(placed.sifted, line, 'line')
}

/** The row of the sheet that a record of the part came from. */
export function mapRecord(rows: RowMap, record: number): number {
  const from = rows.findLast(([first]) => first <= record) ?? [1, 1]
  return from[1] + (record - from[0])
}

/** A promise that is awaited later must not count as unhandled meanwhile. */
export function markHandled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
