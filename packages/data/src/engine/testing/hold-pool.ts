/** A data plane in small, for tests that kill it: opens a pool, keeps an engine busy, and says which processes it has. */
import { openWorkFolder } from '../work-folder.ts'
import { EnginePool } from '../pool.ts'
import type { Isolation } from '../engine.ts'
import { testLimits } from './test-pool.ts'

const workFolder = openWorkFolder({ name: process.argv[3] ?? 'hold', sizeBytes: 1 << 28 })
const pool = new EnginePool({ workFolder, isolation: (process.argv[2] ?? 'best') as Isolation })
const { engine } = await pool.acquire('someone')
await pool.ready()
const sql = 'SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)'
engine.query({ tables: [], sql, limits: testLimits }).catch(() => {})
await new Promise((resolve) => setTimeout(resolve, 200))
process.stdout.write(`${JSON.stringify({ pids: pool.processIds, path: workFolder.path })}\n`)
setInterval(() => {}, 1000)
