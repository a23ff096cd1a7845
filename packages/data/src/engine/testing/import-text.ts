/** Imports text for tests: cut into parts of any size at record boundaries, as an upload is. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import type { Limits, TableColumn } from '../engine.ts'
import type { CsvOptions, ImportPart, ImportResult, QuarantinedRow, TargetTable } from '../import-types.ts'
import type { FormatHints } from '../process/messages.ts'
import { RecordCutter } from '../record-cutter.ts'
import { testLimits, type TestPool } from './test-pool.ts'

export type ImportOptions = {
  readonly format?: 'csv' | 'ndjson' | 'parquet'
  readonly csv?: CsvOptions
  readonly schema?: readonly TableColumn[]
  readonly hints?: FormatHints
  readonly table?: TargetTable
  readonly required?: readonly string[]
  /** Puts bad rows aside; above this number the import is refused. */
  readonly mostBadRows?: number
  /** Bytes after which a part ends at the next record; the whole text is one part when absent. */
  readonly partBytes?: number
  readonly limits?: Partial<Limits>
  /** Whether parts say what the cutter saw. */
  readonly withSeen?: boolean
  readonly signal?: AbortSignal
}

export type Imported = {
  readonly result: ImportResult
  /** Paths of the data files in order. */
  readonly files: readonly string[]
  readonly bad: readonly QuarantinedRow[]
}

/** Imports on one engine for all, which stays warm; data files stay in the test's work folder. */
export async function importText(
  opened: TestPool,
  text: string | Buffer,
  options: ImportOptions = {},
): Promise<Imported> {
  const lease = await opened.pool.acquire('importer')
  let files: string[] = []
  let bad: QuarantinedRow[] = []
  const { mostBadRows, hints, table, required } = options
  const quarantine = {
    isTooMany: (count: number) => count > (mostBadRows ?? 0),
    onBadRows: async (rows: readonly QuarantinedRow[]) => void bad.push(...rows),
  }
  try {
    const result = await lease.engine.import(
      {
        openParts: () => cutText(opened, Buffer.from(text), options),
        format: options.format ?? 'csv',
        ...(options.csv === undefined ? {} : { csv: options.csv }),
        ...(options.schema === undefined ? {} : { schema: options.schema }),
        ...(hints && { hints }),
        ...(table && { table }),
        ...(required && { required }),
        ...(mostBadRows !== undefined && { quarantine }),
        limits: { ...testLimits, ...options.limits },
        onDataFile: async (file) => {
          const path = `${opened.work.path}/sources/${randomBytes(8).toString('hex')}.parquet`
          await copyFile(file.path, path)
          files.push(path)
        },
        onRestart: async () => {
          files = []
          bad = []
        },
      },
      options.signal,
    )
    return { result, files, bad }
  } finally {
    lease.release()
  }
}

async function* cutText(opened: TestPool, text: Buffer, options: ImportOptions): AsyncGenerator<ImportPart> {
  const quote = options.format === 'ndjson' ? null : (options.csv?.quote ?? '"')
  const { escape } = options.csv ?? {}
  const cutter = new RecordCutter({ quote, ...(escape === undefined ? {} : { escape }) })
  const place = (bytes: Buffer): ImportPart => {
    const path = `${opened.work.path}/sources/${randomBytes(8).toString('hex')}`
    writeFileSync(path, bytes)
    const nulAt = bytes.indexOf(0)
    const lines = bytes.filter((byte) => byte === 10).length
    return options.withSeen === true ? { path, seen: { lines, nulAt: nulAt < 0 ? null : nulAt } } : { path }
  }
  let start = 0
  const size = options.partBytes ?? text.length
  for (let at = 0; at < text.length && options.partBytes !== undefined; at += size) {
    const cut = cutter.push(text.subarray(at, at + size))
    if (cut === 0) continue
    yield place(text.subarray(start, at + cut))
    start = at + cut
  }
  if (start < text.length || text.length === 0) yield place(text.subarray(start))
}
