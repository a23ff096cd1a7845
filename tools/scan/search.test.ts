import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { searchBytes } from './search.ts'

const values = Array.from({ length: 10 }, (_, index) => `planted value ${index} Øre`)
const text = Buffer.from(`head\n${values.join('\n')}\ntail`)
const noise = Buffer.alloc(1000, 0xa5)

const wrappings: Record<string, Buffer> = {
  plain: text,
  'UTF-16': Buffer.from(text.toString('utf8'), 'utf16le'),
  gzip: gzipSync(text),
  'zlib inside other bytes': Buffer.concat([noise, deflateSync(text), noise]),
  zstd: zstdCompressSync(text),
  hex: Buffer.from(text.toString('hex')),
  'base64 at any offset': Buffer.concat([Buffer.from('x'), Buffer.from(text.toString('base64'))]),
  base64url: Buffer.from(`{"a":"${text.toString('base64url')}"}`),
  'gzip in base64': Buffer.from(gzipSync(text).toString('base64')),
  'base64 in zstd': zstdCompressSync(Buffer.from(text.toString('base64'))),
}
for (const [name, bytes] of Object.entries(wrappings)) {
  test(`the search finds all ten planted values: ${name}`, async () => {
    const found = await searchBytes(bytes, values, name)
    assert.deepEqual(found.map((finding) => finding.value).sort(), [...values].sort())
  })
}

test('the search finds nothing where nothing was planted', async () => {
  assert.deepEqual(await searchBytes(Buffer.from('nothing to see'), values, 'here'), [])
})
