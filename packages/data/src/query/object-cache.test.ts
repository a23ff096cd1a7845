import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ObjectCache } from './object-cache.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'keyhold-objects-'))

function describe(object: string, content: Buffer) {
  const digest = createHash('sha256').update(content).digest('base64url')
  return { file: object, object, length: content.length, digest, rows: 1, keyId: 'k' }
}

async function* stream(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content.subarray(0, 3)
  yield content.subarray(3)
}

test('an object is fetched once, also by two at a time, and known after a restart', async () => {
  const content = Buffer.from('ciphertext')
  let fetched = 0
  const fetch = async () => (fetched++, stream(content))
  const path = folder()
  const cache = new ObjectCache(path, 1000, fetch)
  const [first] = await Promise.all([cache.path(describe('a', content)), cache.path(describe('a', content))])
  assert.deepEqual(readFileSync(first), content)
  await new ObjectCache(path, 1000, fetch).path(describe('a', content))
  assert.equal(fetched, 1)
})

test('KEB-21: bytes that are not those of the manifest are refused and not kept', async () => {
  const content = Buffer.from('ciphertext')
  const path = folder()
  for (const given of [Buffer.from('ciphertexT'), Buffer.from('cipher'), Buffer.from('ciphertext and more')]) {
    const cache = new ObjectCache(path, 1000, async () => stream(given))
    await assert.rejects(cache.path(describe('a', content)), { code: 'object.forged' })
    assert.equal(existsSync(join(path, 'a')), false)
  }
})

test('what is used least goes when the limit is passed', async () => {
  const path = folder()
  const cache = new ObjectCache(path, 25, async () => stream(Buffer.alloc(10)))
  const file = (name: string) => describe(name, Buffer.alloc(10))
  await cache.path(file('a'))
  await cache.path(file('b'))
  await cache.path(file('a'))
  await cache.path(file('c'))
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => existsSync(join(path, name))),
    [true, false, true],
  )
})

test('an object kept while it passed by need not be fetched', async () => {
  const content = Buffer.from('ciphertext')
  const cache = new ObjectCache(folder(), 1000, async () => assert.fail('fetched'))
  const passed: Uint8Array[] = []
  for await (const chunk of cache.keepPassing('a', stream(content))) passed.push(chunk)
  assert.deepEqual(Buffer.concat(passed), content)
  assert.deepEqual(readFileSync(await cache.path(describe('a', content))), content)
})
