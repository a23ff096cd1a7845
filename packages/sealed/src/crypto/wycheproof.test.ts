import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { expandKey } from '../hkdf.ts'
import { importVerifyKey } from '../signature.ts'
import { readSharedVectors } from '../vectors/shared-vectors.ts'
import { createDecrypt as createDecryptNode } from './decrypt-node.ts'
import { createDecrypt as createDecryptWeb } from './decrypt-web.ts'
import { createEncrypt as createEncryptNode } from './encrypt-node.ts'
import { createEncrypt as createEncryptWeb } from './encrypt-web.ts'
import { primitives as nodePrimitives } from './node.ts'
import type { Awaitable, Decrypt, Encrypt, HashName } from './primitives.ts'
import { primitives as webPrimitives } from './web.ts'

const platforms = [
  {
    name: 'node:crypto',
    primitives: nodePrimitives,
    createEncrypt: createEncryptNode,
    createDecrypt: createDecryptNode,
  },
  { name: 'WebCrypto', primitives: webPrimitives, createEncrypt: createEncryptWeb, createDecrypt: createDecryptWeb },
] as const

type Fields = Record<string, string | number>
type Case = Fields & { tcId: number; result: 'valid' | 'invalid' | 'acceptable' }
interface Group {
  tests: Case[]
  ivSize?: number
  tagSize?: number
  keySize?: number
  publicKey?: { pk: string }
}

function readGroups(t: TestContext, name: string): Group[] {
  const text = readSharedVectors(t, `wycheproof/${name}_test.json`)
  return text === undefined ? [] : (JSON.parse(text) as { testGroups: Group[] }).testGroups
}

function bytes(one: Fields, field: string): Uint8Array {
  return Uint8Array.fromHex(String(one[field]))
}

async function checkGcm(one: Case, encrypt: Encrypt, decrypt: Decrypt): Promise<void> {
  const [iv, aad, message] = [bytes(one, 'iv'), bytes(one, 'aad'), bytes(one, 'msg')]
  const sealed = Buffer.concat([bytes(one, 'ct'), bytes(one, 'tag')])
  const opened = await decrypt(iv, aad, new Uint8Array(sealed))
  assert.deepEqual(opened?.toHex(), one.result === 'valid' ? message.toHex() : undefined, `case ${one.tcId}`)
  if (one.result !== 'valid') return
  const made = await encrypt(iv, aad, message)
  assert.ok(Buffer.concat([made.ciphertext, made.tag]).equals(sealed), `case ${one.tcId}`)
}

for (const { name, primitives, createEncrypt, createDecrypt } of platforms) {
  test(`AES-256-GCM of ${name} agrees with Wycheproof`, async (t) => {
    for (const group of readGroups(t, 'aes_gcm')) {
      if (group.keySize !== 256 || group.ivSize !== 96 || group.tagSize !== 128) continue
      for (const one of group.tests) {
        const key = bytes(one, 'key')
        await checkGcm(one, await createEncrypt(key), await createDecrypt(key))
      }
    }
  })

  test(`HMAC-SHA-256 of ${name} agrees with Wycheproof`, async (t) => {
    for (const group of readGroups(t, 'hmac_sha256')) {
      for (const one of group.tests) {
        const tag = bytes(one, 'tag')
        const mac = await primitives.hmac('sha256', bytes(one, 'key'), [bytes(one, 'msg')])
        assert.equal(primitives.equalBytes(mac.slice(0, tag.length), tag), one.result === 'valid', `case ${one.tcId}`)
      }
    }
  })

  test(`Ed25519 of ${name} agrees with Wycheproof`, async (t) => {
    for (const group of readGroups(t, 'ed25519')) {
      const verifier = await primitives.importEd25519Public(Uint8Array.fromHex(group.publicKey?.pk ?? ''))
      for (const one of group.tests) {
        const valid = await verifier.verify(bytes(one, 'msg'), bytes(one, 'sig'))
        assert.equal(valid, one.result === 'valid', `case ${one.tcId}`)
      }
    }
  })

  test(`digests, random bytes and comparison of ${name} are sound`, async () => {
    const abc = new TextEncoder().encode('abc')
    const known = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    assert.equal((await primitives.sha256(abc)).toHex(), known)
    const stream = primitives.startSha256()
    for (const byte of abc) stream.update(Uint8Array.of(byte))
    assert.equal((await stream.digest()).toHex(), known)
    const draws = Array.from({ length: 300 }, (_, length) => primitives.randomBytes(length))
    assert.deepEqual(
      draws.map(({ length }) => length),
      Array.from({ length: 300 }, (_, length) => length),
    )
    assert.equal(new Set(draws.slice(12).map((draw) => draw.toHex().slice(0, 24))).size, 288)
    assert.ok(primitives.equalBytes(abc, abc.slice()))
    assert.ok(!primitives.equalBytes(abc, abc.slice(1)))
    assert.ok(!primitives.equalBytes(abc, abc.toReversed()))
  })

  test(`${name} refuses a ciphertext shorter than its tag`, async () => {
    const decrypt = await createDecrypt(new Uint8Array(32))
    const open = async (length: number) => decrypt(new Uint8Array(12), new Uint8Array(0), new Uint8Array(length))
    for (const length of [16, 17]) assert.equal(await open(length), undefined)
  })
}

for (const hash of ['sha256', 'sha384'] as const satisfies HashName[]) {
  test(`HKDF-Expand with ${hash} agrees with Wycheproof`, async (t) => {
    for (const group of readGroups(t, `hkdf_${hash}`)) {
      for (const one of group.tests) {
        const prk = await nodePrimitives.hmac(hash, bytes(one, 'salt'), [bytes(one, 'ikm')])
        const expand = async (): Promise<Awaitable<Uint8Array>> =>
          expandKey(hash, prk, [bytes(one, 'info')], Number(one['size']))
        if (one.result === 'valid') assert.equal((await expand()).toHex(), one['okm'], `case ${one.tcId}`)
        else await assert.rejects(expand(), RangeError, `case ${one.tcId}`)
      }
    }
  })
}

test('X25519 of the platform, on which HPKE stands, agrees with Wycheproof', async (t) => {
  const { subtle } = globalThis.crypto
  const pkcs8 = Uint8Array.fromHex('302e020100300506032b656e04220420')
  for (const group of readGroups(t, 'x25519')) {
    for (const one of group.tests) {
      const scalar = new Uint8Array(Buffer.concat([pkcs8, bytes(one, 'private')]))
      const key = await subtle.importKey('pkcs8', scalar, 'X25519', false, ['deriveBits'])
      const peer = await subtle.importKey('raw', new Uint8Array(bytes(one, 'public')), 'X25519', false, [])
      const shared = await subtle.deriveBits({ name: 'X25519', public: peer }, key, 256).catch(() => undefined)
      // Only a shared secret of zeros may be refused, and must be (RFC 9180, section 7.1.4).
      const expected = /^0+$/.test(String(one['shared'])) ? undefined : one['shared']
      assert.equal(shared && new Uint8Array(shared).toHex(), expected, `case ${one.tcId}`)
    }
  }
})

test('a public key that is no point is refused', async () => {
  await assert.rejects(importVerifyKey(new Uint8Array(31)), { code: 'key.malformed' })
})
