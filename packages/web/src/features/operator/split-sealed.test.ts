import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeCanonical, measureHead } from '@keyhold/sealed'
import { sealBytes } from '@keyhold/sealed/seal'
import { splitSealed } from './split-sealed.ts'

const header = { organisation: 'o', project: 'p', table: 't', file: 'f', version: 1, purpose: 'data' } as const

test('what is in clear of a sealed file is its header, and nothing of what was sealed', async () => {
  const secret = new TextEncoder().encode('a value that nobody else may read')
  const recipients = [{ kind: 'table-key', id: header.table, version: 1, key: new Uint8Array(32) }] as const
  const sealed = await sealBytes({ header, recipients }, secret)
  const split = splitSealed(sealed)
  assert.ok(split)
  assert.deepEqual(JSON.parse(split.header).file, 'f')
  assert.equal(split.header, new TextDecoder().decode(encodeCanonical(JSON.parse(split.header))))
  assert.ok(split.rest.length < sealed.length && sealed.length - split.rest.length < measureHead(sealed))
  assert.ok(!Buffer.from(split.rest).includes('a value'))
})

test('other bytes, and a file that ends inside its header, are left as they are', () => {
  assert.equal(splitSealed(new Uint8Array(20)), null)
  assert.equal(splitSealed(new TextEncoder().encode('KHLD\u0001')), null)
  assert.equal(splitSealed(Uint8Array.of(0x4b, 0x48, 0x4c, 0x44, 1, 0, 0, 1, 0, 0x7b)), null)
})
