/** Engines and whom they serve. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { PoolClock, PoolOptions } from './pool.ts'
import { listIsolations, openTestPool, queryOnce, testLimits, type TestPool } from './testing/test-pool.ts'
import { waitUntil } from './testing/wait-until.ts'
import { openWorkFolder } from './work-folder.ts'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Time that passes when the test says so. */
function makeClock(): PoolClock & { pass: () => void; readonly waiting: number } {
  const timers = new Set<() => void>()
  return {
    setTimer(run) {
      timers.add(run)
      return { cancel: () => timers.delete(run) }
    },
    pass() {
      for (const run of timers) run()
      timers.clear()
    },
    get waiting() {
      return timers.size
    },
  }
}

for (const isolation of listIsolations()) {
  describe(`the pool (${isolation})`, () => {
    async function open(context: TestContext, options: Omit<PoolOptions, 'workFolder'> = {}): Promise<TestPool> {
      const opened = await openTestPool({ isolation, ...options })
      context.after(() => opened.close())
      return opened
    }

    test('AIV-01: an engine that served one identity never serves another, and its folder goes with it', async (context) => {
      const { pool } = await open(context)
      const ada = await pool.acquire('ada')
      const bob = await pool.acquire('bob')
      assert.notEqual(ada.engine.id, bob.engine.id)
      const folder = ada.engine.folders.data
      await ada.end()
      assert.equal(existsSync(folder), false)
      await assert.rejects(ada.engine.query({ tables: [], sql: 'SELECT 1', limits: testLimits }), {
        code: 'engine.ended',
      })
      const carol = await pool.acquire('carol')
      assert.notEqual(carol.engine.id, ada.engine.id)
      assert.deepEqual(readdirSync(carol.engine.folders.data), [])
    })

    test('the same identity gets its engine back while it is warm', async (context) => {
      const { pool } = await open(context)
      const first = await pool.acquire('ada')
      first.release()
      const second = await pool.acquire('ada')
      assert.equal(second.engine.id, first.engine.id)
      assert.equal((await pool.acquire('ada')).engine.id, first.engine.id)
    })

    test('an identity that asks many times at once gets one engine', async (context) => {
      const { pool } = await open(context)
      const leases = await Promise.all(Array.from({ length: 5 }, () => pool.acquire('ada')))
      assert.equal(new Set(leases.map(({ engine }) => engine.id)).size, 1)
    })

    test('an engine ends when it was idle for its time, not while it is in use', async (context) => {
      const clock = makeClock()
      const { pool } = await open(context, { clock })
      const lease = await pool.acquire('ada')
      const other = await pool.acquire('ada')
      lease.release()
      lease.release()
      assert.equal(clock.waiting, 0)
      other.release()
      assert.equal(clock.waiting, 1)
      clock.pass()
      await waitUntil(() => !existsSync(lease.engine.folders.data))
      assert.notEqual((await pool.acquire('ada')).engine.id, lease.engine.id)
    })

    test('ending an identity, or all, ends their engines and leaves the spare', async (context) => {
      const { pool } = await open(context)
      const ada = await pool.acquire('ada')
      await pool.ready()
      await pool.endIdentity('ada')
      await pool.endIdentity('nobody')
      assert.equal(existsSync(ada.engine.folders.data), false)
      await pool.acquire('bob')
      await pool.ready()
      await pool.endAll()
      assert.equal(pool.processIds.length, 1)
      assert.equal((await queryOnce(pool, 'SELECT 1')).rows, 1)
    })

    test('a spare is there again after each engine, and one that died is replaced', async (context) => {
      const { pool } = await open(context)
      const [pid] = pool.processIds
      assert.ok(pid !== undefined)
      process.kill(pid, 'SIGKILL')
      await waitUntil(() => !pool.processIds.includes(pid))
      assert.equal((await queryOnce(pool, 'SELECT 1')).rows, 1)
    })

    test('an engine that dies in a query says so, and the next query works', async (context) => {
      const { pool } = await open(context)
      const [pid] = pool.processIds
      const lease = await pool.acquire('ada')
      const sql = 'SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)'
      const query = lease.engine.query({ tables: [], sql, limits: testLimits })
      setTimeout(() => process.kill(pid ?? 0, 'SIGKILL'), 100)
      await assert.rejects(query, { code: 'engine.crashed' })
      const again = await pool.acquire('ada')
      assert.notEqual(again.engine.id, lease.engine.id)
      assert.equal((await again.engine.query({ tables: [], sql: 'SELECT 1', limits: testLimits })).rows, 1)
    })

    test('when all engines are in use the next waits, and an idle one makes room', async (context) => {
      const { pool } = await open(context, { maxEngines: 2 })
      const ada = await pool.acquire('ada')
      await pool.acquire('bob')
      let isServed = false
      const waiting = pool.acquire('carol').then((lease) => {
        isServed = true
        return lease
      })
      await delay(50)
      assert.equal(isServed, false)
      ada.release()
      await waiting
      assert.equal(existsSync(ada.engine.folders.data), false)
    })

    test('closing ends every process and leaves nothing in the work folder', async () => {
      const { pool, work, close } = await openTestPool({ isolation })
      await pool.acquire('ada')
      await pool.ready()
      const pids = pool.processIds
      assert.equal(pids.length, 2)
      await pool.close()
      assert.deepEqual(pids.filter(isAlive), [])
      assert.deepEqual(readdirSync(`${work.path}/engines`), [])
      await assert.rejects(pool.acquire('ada'), { code: 'engine.ended' })
      await close()
    })

    test('when the data plane is killed its engines go, and the next start cleans up what it left', async () => {
      const program = fileURLToPath(new URL('testing/hold-pool.ts', import.meta.url))
      const child = spawn(process.execPath, [program, isolation, `kill-${isolation}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      const held = JSON.parse(line.toString()) as { pids: number[]; path: string }
      assert.equal(held.pids.length, 2)
      assert.ok(held.pids.every(isAlive))
      child.kill('SIGKILL')
      await once(child, 'exit')
      await waitUntil(() => !held.pids.some(isAlive))
      assert.ok(existsSync(held.path))
      const next = openWorkFolder({ name: `kill-${isolation}`, sizeBytes: 1 << 24 })
      assert.equal(existsSync(held.path), false)
      assert.equal(existsSync(`${held.path}.pid`), false)
      next.remove()
    })
  })
}
