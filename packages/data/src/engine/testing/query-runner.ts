/** Queries for tests, over a small table of orders. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Engine, Isolation, QueryRequest, QueryResult, TableInput } from '../engine.ts'
import { EngineError, type EngineCode } from '../errors.ts'
import { readResult } from './read-result.ts'
import { openTestPool, testLimits, type TestPool } from './test-pool.ts'

export const tables: readonly TableInput[] = [
  { bucket: 'shop', table: 'orders', files: ['orders-1.parquet', 'orders-2.parquet'] },
  { bucket: 'shop', table: 'none', files: [], columns: [{ name: 'id', type: 'BIGINT' }] },
]

async function writeOrders(folder: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const part of [1, 2]) {
    const rows = `SELECT i AS id, 'c' || (i % 7) AS customer, (i * 1.25)::DECIMAL(18,2) AS price FROM range(1000) t(i)`
    await connection.run(`COPY (${rows}) TO '${folder}/orders-${part}.parquet' (FORMAT parquet)`)
  }
  connection.closeSync()
}

export class QueryRunner {
  readonly opened: TestPool
  readonly engine: Engine

  static async open(isolation: Isolation): Promise<QueryRunner> {
    const opened = await openTestPool({ isolation })
    const { engine } = await opened.pool.acquire('ada')
    const sources = `${opened.work.path}/sources`
    await writeOrders(sources)
    for (const name of readdirSync(sources)) await engine.linkFile(`${sources}/${name}`, name)
    return new QueryRunner(opened, engine)
  }

  private constructor(opened: TestPool, engine: Engine) {
    this.opened = opened
    this.engine = engine
  }

  run(sql: string, more: Partial<QueryRequest> = {}, signal?: AbortSignal): Promise<QueryResult> {
    return this.engine.query({ tables, sql, limits: testLimits, ...more }, signal)
  }

  async rowsOf(sql: string, more: Partial<QueryRequest> = {}): Promise<readonly Record<string, unknown>[]> {
    return (await readResult((await this.run(sql, more)).path)).rows
  }

  refuses(sql: string, code: EngineCode, more: Partial<QueryRequest> = {}): Promise<void> {
    return assert.rejects(this.run(sql, more), (error: unknown) => {
      assert.ok(error instanceof EngineError, String(error))
      assert.equal(error.code, code, `${sql.slice(0, 100)}: ${error.code} ${error.detail}`)
      return true
    })
  }
}
