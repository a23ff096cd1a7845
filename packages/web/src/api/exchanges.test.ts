import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureHead } from '@keyhold/sealed'
import { sealBytes } from '@keyhold/sealed/seal'
import { describePassed } from './exchanges.ts'

test('KH-01: what is kept of a message for the operator’s view is its envelope and ciphertext', async () => {
  const header = { organisation: 'o', project: 'p', table: 't', file: 'f', version: 1, purpose: 'data' } as const
  const recipients = [{ kind: 'table-key', id: 't', version: 1, key: new Uint8Array(32) }] as const
  const message = await sealBytes({ header, recipients }, new Uint8Array(5_000))
  const passed = describePassed(message)
  assert.equal((JSON.parse(passed.header) as { purpose: string }).purpose, 'data')
  const start = measureHead(message)
  assert.deepEqual(passed.bytes, message.slice(start, start + 768))
  assert.equal(passed.length, message.length)
})

test('a refusal of the control plane is no message, and nothing of it is kept', () => {
  const problem = new TextEncoder().encode('{"code":"link.away"}')
  assert.deepEqual(describePassed(problem), { header: '', bytes: new Uint8Array(), length: problem.length })
})
