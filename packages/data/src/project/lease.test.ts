import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lease } from './lease.ts'

const noRefusal = () => assert.fail('refused')

test('one unwrap serves all uses of a lease', async () => {
  let unwraps = 0
  const lease = new Lease({ unwrapRoot: async () => Buffer.alloc(32, ++unwraps), onRefused: noRefusal })
  await Promise.all([lease.keys(), lease.keys()])
  await lease.keys()
  assert.equal(unwraps, 1)
  lease.end()
})

test('AIV-03: the end of a lease overwrites every key, and the next use asks again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let unwraps = 0
  const lease = new Lease({ unwrapRoot: async () => Buffer.alloc(32, ++unwraps), onRefused: noRefusal })
  const first = await lease.keys()
  const table = new Uint8Array(32).fill(9)
  first.tables.set('table', table)
  t.mock.timers.tick(30_000)
  assert.deepEqual([...first.root, ...table], [...Buffer.alloc(64)])
  assert.equal((await lease.keys()).root[0], 2)
  lease.end()
})

test('a refused unwrap wipes what was open and tells what depends on it', async () => {
  let refuse = false
  let told = 0
  const unwrapRoot = async () => {
    if (refuse) throw new Error('refused')
    return Buffer.alloc(32, 1)
  }
  const lease = new Lease({ unwrapRoot, onRefused: () => told++ })
  const { root } = await lease.keys()
  refuse = true
  await assert.rejects(lease.renew())
  assert.equal(told, 1)
  assert.equal(root[0], 0)
  await assert.rejects(lease.keys())
})
