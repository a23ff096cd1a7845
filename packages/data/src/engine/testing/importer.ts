/** Imports for tests, with plain DuckDB to read what came of them. */
import assert from 'node:assert/strict'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { EngineError, type BadRow } from '../errors.ts'
import { importText, type Imported, type ImportOptions } from './import-text.ts'
import { openTestPool, type TestPool } from './test-pool.ts'

export class Importer {
  readonly opened: TestPool
  readonly duck: DuckDBConnection

  static async open(): Promise<Importer> {
    const opened = await openTestPool()
    console.log(`imports run in ${opened.pool.sandbox.isolation}`)
    return new Importer(opened, await (await DuckDBInstance.create(':memory:')).connect())
  }

  private constructor(opened: TestPool, duck: DuckDBConnection) {
    this.opened = opened
    this.duck = duck
  }

  close(): Promise<void> {
    this.duck.closeSync()
    return this.opened.close()
  }

  load(text: string | Buffer, options: ImportOptions = {}): Promise<Imported> {
    return importText(this.opened, text, options)
  }

  /** Rows as text, as plain DuckDB reads the data files, in file order. */
  async rowsOf({ files }: Imported): Promise<(string | null)[][]> {
    const list = files.map((file) => `'${file}'`).join(', ')
    const result = await this.duck.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet([${list}])`)
    return result.getRows() as (string | null)[][]
  }

  async refusal(text: string | Buffer, options: ImportOptions = {}): Promise<EngineError> {
    const error: unknown = await this.load(text, options).then(
      () => assert.fail('it was taken'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof EngineError, String(error))
    return error
  }

  async refusesRow(text: string | Buffer, expected: BadRow, options: ImportOptions = {}): Promise<void> {
    const error = await this.refusal(text, options)
    assert.equal(error.code, 'import.bad_row', `${error.code} ${error.detail}`)
    assert.deepEqual(error.badRow, expected)
  }
}

export const typesOf = ({ result }: Imported): Record<string, string> =>
  Object.fromEntries(result.schema.map(({ name, type }) => [name, type]))
