import assert from 'node:assert/strict'
import { test } from 'node:test'
import vectors from '../vectors/sealed.json' with { type: 'json' }
import { encodeBase64url, encodeText } from './bytes.ts'
import { encodeCanonical, parseCanonicalObject } from './canonical.ts'
import { openKeyFile, sealKeyFile } from './keyfile.ts'
import { unwrapSecret } from './open/unwrap.ts'
import { wrapSecret } from './seal/wrap.ts'
import { patternBytes } from './vectors/check-vectors.ts'
import type { WrapContext } from './wrap-context.ts'

const cheap = { memory: 19_456, passes: 1, lanes: 1 }
const secret = patternBytes(32)

test('KEB-08: a key file opens with its passphrase and no other', async () => {
  const file = await sealKeyFile('correct horse', secret, cheap)
  assert.deepEqual(await openKeyFile('correct horse', file), secret)
  await assert.rejects(openKeyFile('wrong horse', file), { code: 'keyfile.wrong_passphrase' })
  await assert.rejects(openKeyFile('', file), { code: 'keyfile.wrong_passphrase' })
})

test('a passphrase is the same whether composed or not', async () => {
  const file = await sealKeyFile('caf\u00e9', secret, cheap)
  assert.deepEqual(await openKeyFile('cafe\u0301', file), secret)
})

test('the committed key files open', async () => {
  for (const { passphrase, secret: known, file } of vectors.keyFiles) {
    assert.equal(encodeBase64url(await openKeyFile(passphrase, encodeText(file))), known)
  }
})

test('an altered or foreign key file is refused before it costs much', async () => {
  const fields = parseCanonicalObject(await sealKeyFile('p', secret, cheap))
  const kdf = fields['kdf'] as Record<string, unknown>
  const wrong = [
    { ...fields, format: 2 },
    { ...fields, kind: 'other' },
    { ...fields, more: 1 },
    { ...fields, sealed: 'A=' },
    { ...fields, kdf: null },
    { ...fields, kdf: { ...kdf, memory: 64 } },
    { ...fields, kdf: { ...kdf, memory: 2 ** 40 } },
    { ...fields, kdf: { ...kdf, passes: 1000 } },
    { ...fields, kdf: { ...kdf, lanes: 0 } },
    { ...fields, kdf: { ...kdf, name: 'scrypt' } },
    { ...fields, kdf: { ...kdf, salt: 'AAAA' } },
    { ...fields, kdf: { ...kdf, more: 1 } },
  ]
  for (const altered of wrong) {
    const file = encodeCanonical(altered)
    await assert.rejects(openKeyFile('p', file), { code: 'keyfile.malformed' }, JSON.stringify(altered))
  }
  await assert.rejects(openKeyFile('p', new Uint8Array(0)), { code: 'keyfile.malformed' })
  const dearer = encodeCanonical({ ...fields, kdf: { ...kdf, passes: 2 } })
  await assert.rejects(openKeyFile('p', dearer), { code: 'keyfile.wrong_passphrase' })
  await assert.rejects(sealKeyFile('p', secret, { ...cheap, memory: 1 }), { code: 'keyfile.malformed' })
})

test('a wrapped secret opens only with its key and every part of its context', async () => {
  const context: WrapContext = { organisation: 'o', project: 'p', key: 'root', version: 1, purpose: 'table-key' }
  const key = patternBytes(32)
  const wrapped = await wrapSecret(key, context, secret)
  assert.equal(wrapped.length, secret.length + 106)
  assert.deepEqual(await unwrapSecret(key, context, wrapped), secret)
  const others = { organisation: 'x', project: null, key: 'x', version: 2, purpose: 'root-key' }
  for (const [field, value] of Object.entries(others)) {
    const altered = { ...context, [field]: value } as WrapContext
    await assert.rejects(unwrapSecret(key, altered, wrapped), { code: 'wrap.forged' }, field)
  }
  await assert.rejects(unwrapSecret(secret.toReversed(), context, wrapped), { code: 'wrap.forged' })
  for (let at = 0; at < wrapped.length; at++) {
    const altered = wrapped.slice()
    altered[at] = (altered[at] ?? 0) ^ 0x80
    await assert.rejects(unwrapSecret(key, context, altered), { code: 'wrap.forged' })
  }
  await assert.rejects(unwrapSecret(key, context, wrapped.slice(0, 105)), { code: 'wrap.malformed' })
  await assert.rejects(unwrapSecret(key, context, new Uint8Array(0)), { code: 'wrap.malformed' })
  await assert.rejects(wrapSecret(key, context, new Uint8Array(262_113)), { code: 'wrap.malformed' })
  await assert.rejects(wrapSecret(key.slice(1), context, secret), { code: 'key.malformed' })
})
