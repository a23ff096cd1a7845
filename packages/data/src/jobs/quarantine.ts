/** Bad rows of a load: kept in private memory while it runs, then rows of the table's quarantine, sealed as any other. */
import { appendFile, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column, ImportOpening } from '@keyhold/contract'
import type { Engine, Limits, QuarantinedRow } from '../engine/index.ts'
import { DataError } from '../errors.ts'
import type { TableState } from '../project/catalogue.ts'
import type { FileStage } from './file-stage.ts'

export const quarantineColumns: readonly Column[] = [
  { name: 'line', type: 'BIGINT' },
  { name: 'rule', type: 'VARCHAR' },
  { name: 'column', type: 'VARCHAR' },
  { name: 'record', type: 'VARCHAR' },
  { name: 'file', type: 'VARCHAR' },
  { name: 'loaded_at', type: 'TIMESTAMP' },
]

const leastTaken = 1000
const shareTaken = 0.01

/** Whether so many bad rows refuse the load: more than given, or than 1,000 and 1 % of the rows; or nothing was good. */
export function isTooMany({ mostBadRows }: ImportOpening, bad: number, good: number | null): boolean {
  if (good === 0 && bad > 0) return true
  if (mostBadRows !== undefined) return bad > mostBadRows
  return good !== null && bad > Math.max(leastTaken, (bad + good) * shareTaken)
}

export class Quarantine {
  readonly #path: string
  readonly #folder: string
  readonly #fileName: string
  readonly #loadedAt: string
  rows = 0

  constructor(folder: string, fileName: string, now: Date) {
    this.#folder = folder
    this.#path = join(folder, 'bad-rows.ndjson')
    this.#fileName = fileName
    this.#loadedAt = now.toISOString().replace('Z', '')
  }

  async add(rows: readonly QuarantinedRow[]): Promise<void> {
    this.rows += rows.length
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const lines = rows.map((row) => JSON.stringify({ ...row, file: this.#fileName, loaded_at: this.#loadedAt }))
    await appendFile(this.#path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  }

  async clear(): Promise<void> {
    this.rows = 0
    await rm(this.#path, { force: true })
  }

  /** Turns the rows into data files of the quarantine, sealed into its stage. */
  async load(engine: Engine, stage: FileStage, limits: Limits, signal: AbortSignal): Promise<void> {
    const path = this.#path
    await stat(path)
    await engine.import(
      {
        openParts: async function* () {
          yield { path }
        },
        format: 'ndjson',
        schema: quarantineColumns,
        limits,
        onDataFile: (file) => stage.seal(file),
        onRestart: () => stage.clear(),
      },
      signal,
    )
  }
}

/** @throws `import.quarantine_taken` when a table of that name is no quarantine */
export function assertQuarantine(current: TableState | undefined): void {
  const columns = current?.manifest.columns ?? quarantineColumns
  if (JSON.stringify(columns) === JSON.stringify(quarantineColumns)) return
  throw new DataError(
    'import.quarantine_taken',
    'The table for the bad rows has other columns than a quarantine has.',
    'Move what it holds to another table, or load without --bad-rows quarantine.',
  )
}
