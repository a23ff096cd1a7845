/** Pools for tests, walled in each way that this machine has. */
import { mkdirSync, rmSync } from 'node:fs'
import type { Limits, QueryResult } from '../engine.ts'
import type { Isolation } from '../engine.ts'
import { EnginePool, type PoolOptions } from '../pool.ts'
import { detectSandbox } from '../sandbox.ts'
import { openWorkFolder, type WorkFolder } from '../work-folder.ts'

export const testLimits: Limits = {
  memoryBytes: 256 << 20,
  threads: 2,
  timeMs: 20_000,
  resultBytes: 64 << 20,
  scratchBytes: 128 << 20,
}

/** Both isolations where bubblewrap works, else the plain process alone; says which. */
export function listIsolations(): readonly Isolation[] {
  const folder = openWorkFolder({ name: 'detect', sizeBytes: 1 << 20 })
  const { isolation, reason } = detectSandbox(folder.path)
  folder.remove()
  console.log(isolation === 'namespaces' ? 'engines run in namespaces too' : `no namespaces here: ${reason}`)
  return isolation === 'namespaces' ? ['namespaces', 'process'] : ['process']
}

export type TestPool = { readonly pool: EnginePool; readonly work: WorkFolder; readonly close: () => Promise<void> }

export async function openTestPool(options: Omit<PoolOptions, 'workFolder'> = {}): Promise<TestPool> {
  const work = openWorkFolder({ name: 'test', sizeBytes: 2 ** 31 })
  mkdirSync(`${work.path}/sources`)
  const pool = new EnginePool({ workFolder: work, ...options })
  const close = async () => {
    await pool.close()
    work.remove()
    rmSync(work.path, { recursive: true, force: true })
  }
  try {
    await pool.ready()
  } catch (error) {
    await close()
    throw error
  }
  return { pool, work, close }
}

/** Runs SQL without tables for some identity; the engine ends after. */
export async function queryOnce(pool: EnginePool, sql: string, limits: Partial<Limits> = {}): Promise<QueryResult> {
  const lease = await pool.acquire(`once ${sql}`)
  try {
    return await lease.engine.query({ tables: [], sql, limits: { ...testLimits, ...limits } })
  } finally {
    await lease.end()
  }
}
