/** What sealed.browser.ts runs inside the browser. */
import fixed from '../vectors/sealed.json' with { type: 'json' }
import hpke from '../vectors/hpke.json' with { type: 'json' }
import { decodeBase64url, encodeBase64url, encodeText, joinBytes } from './bytes.ts'
import { SealedError } from './errors.ts'
import { openRequest, openResponse, receiveContext } from './open/conversation.ts'
import { FileOpener, openBytes } from './open/file-opener.ts'
import { FileReader } from './open/file-reader.ts'
import { generateSealingKey } from './open/sealing-key.ts'
import { openContext, sealRequest, sealResponse } from './seal/conversation.ts'
import { createFileSealer, sealBytes } from './seal/file-sealer.ts'
import { generateDevicePair, importDevicePair, signStatement, verifyStatement } from './signature.ts'
import type { SuiteName } from './suites.ts'
import { checkHpkeVectors, checkVectors, patternBytes } from './vectors/check-vectors.ts'
import type { FixedVectors, HpkeVectors } from './vectors/vector-types.ts'

const header = { organisation: 'o', project: 'p', table: 't', file: 'f', version: 1, purpose: 'data' } as const
const tableKey = patternBytes(32)
const recipients = [{ kind: 'table-key', id: 'k', version: 1, key: tableKey }] as const
const keys = { tableKey: () => tableKey }

function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what)
}

function assertSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert(actual.length === expected.length && actual.every((byte, index) => byte === expected[index]), what)
}

async function sealInChunks(plaintext: Uint8Array, chunkLength: number): Promise<Uint8Array[]> {
  const sealer = await createFileSealer({ header, recipients })
  const pieces: Uint8Array[] = [sealer.head]
  for (let at = 0; at < plaintext.length; at += chunkLength) {
    pieces.push(...(await sealer.push(plaintext.subarray(at, at + chunkLength))).flat())
  }
  return [...pieces, ...(await sealer.finish()).flat()]
}

async function openInChunks(
  sealed: Uint8Array,
  chunkLength: number,
  release: (part: Uint8Array) => void,
): Promise<void> {
  const opener = new FileOpener(keys, header)
  for (let at = 0; at < sealed.length; at += chunkLength) {
    for (const part of await opener.push(sealed.subarray(at, at + chunkLength))) release(part)
  }
  release(await opener.finish())
}

const steps = {
  'the committed vectors hold': async () => `${await checkVectors(fixed as unknown as FixedVectors)} vectors`,

  'the committed vectors with HPKE hold': async () => {
    const supports = (SubtleCrypto as { supports?: (operation: string, name: string) => boolean }).supports
    const native = supports?.('generateKey', 'MLKEM768-X25519') ?? false
    return `${await checkHpkeVectors(hpke as unknown as HpkeVectors)} vectors, MLKEM768-X25519 by ${native ? 'the browser' : 'JavaScript'}`
  },

  'files of any length come back in any chunks': async () => {
    for (const length of [0, 1, 262_111, 262_112, 262_113, 1_000_000]) {
      for (const chunkLength of [77_777, 262_112, 1 << 20]) {
        const plaintext = patternBytes(length)
        const parts: Uint8Array[] = []
        const sealed = joinBytes(await sealInChunks(plaintext, chunkLength))
        await openInChunks(sealed, chunkLength, (part) => parts.push(part))
        assertSame(joinBytes(parts), plaintext, `${length} bytes in chunks of ${chunkLength}`)
      }
    }
    return '18 files'
  },

  'an altered file is refused, and only verified plaintext is released': async () => {
    const plaintext = patternBytes(600_000)
    const sealed = joinBytes(await sealInChunks(plaintext, 1 << 20))
    for (let round = 0; round < 60; round++) {
      const altered = sealed.slice()
      const at = Math.floor((sealed.length * round) / 60)
      altered[at] = (altered[at] ?? 0) ^ (1 << (round % 8))
      const released: Uint8Array[] = []
      const error: unknown = await openInChunks(altered, 100_000, (part) => released.push(part)).catch(
        (e: unknown) => e,
      )
      assert(error instanceof SealedError, `byte ${at} altered: ${String(error)}`)
      const prefix = joinBytes(released)
      assert(prefix.length <= Math.floor(at / 262_144) * 262_112, `byte ${at} altered: too much was released`)
      assertSame(prefix, plaintext.subarray(0, prefix.length), `byte ${at} altered`)
    }
    return '60 alterations'
  },

  'a conversation works with either suite': async () => {
    const info = { organisation: 'o', project: 'p' }
    const message = { ...info, table: null, file: 'r', version: 1 }
    for (const suite of ['mlkem768-x25519', 'x25519'] satisfies SuiteName[]) {
      const key = await generateSealingKey(suite)
      const client = await openContext({ suite, publicKey: key.publicKey, info })
      const plane = await receiveContext({ key, enc: client.enc, info })
      const request = await sealRequest(client, 0, message, encodeText('question'))
      const received = await openRequest(plane, request.sealed, info)
      const response = await sealResponse(plane, received, message, encodeText('answer'))
      assertSame(await openResponse(client, request, response, info), encodeText('answer'), suite)
    }
    return 'both suites'
  },

  'a device key that cannot be exported survives in IndexedDB and signs': async () => {
    const pair = await generateDevicePair()
    const device = await importDevicePair(await storeAndLoad(pair))
    const exported = await crypto.subtle.exportKey('pkcs8', pair.privateKey).then(
      () => true,
      () => false,
    )
    assert(!exported, 'the private key could be exported')
    const signed = await signStatement(device, 'request', { number: 1 })
    await verifyStatement(device.publicKey, 'request', signed)
    return device.keyId
  },

  'ranges read from a Blob': async () => {
    const plaintext = patternBytes(600_000)
    const sealed = await sealBytes({ header, recipients }, plaintext)
    const blob = new Blob([new Uint8Array(sealed)])
    const readRange = async (offset: number, length: number) => blob.slice(offset, offset + length).bytes()
    const reader = await FileReader.open({ length: blob.size, readRange }, keys, header)
    assertSame(await reader.read(262_000, 1000), plaintext.subarray(262_000, 263_000), 'range')
    return `${reader.length} bytes`
  },

  'speed of 64 MiB': async () => {
    const plaintext = patternBytes(64 << 20)
    let started = performance.now()
    const pieces = await sealInChunks(plaintext, 4 << 20)
    const rate = () => `${(plaintext.length / (performance.now() - started) / 1e6).toFixed(2)} GB/s`
    const sealedAt = rate()
    const sealed = joinBytes(pieces)
    started = performance.now()
    await openInChunks(sealed, 4 << 20, () => undefined)
    return `sealed at ${sealedAt}, opened at ${rate()}`
  },
}

async function storeAndLoad(pair: CryptoKeyPair): Promise<CryptoKeyPair> {
  const opening = indexedDB.open('sealed-test', 1)
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('keys'))
  const database = await settle(opening)
  const store = database.transaction('keys', 'readwrite').objectStore('keys')
  store.put(pair, 'device')
  return settle(store.get('device') as IDBRequest<CryptoKeyPair>)
}

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(new Error('IndexedDB refused')))
  })
}

const page = {
  names: Object.keys(steps),
  run: async (name: string): Promise<string> => steps[name as keyof typeof steps](),
  seal: async (plaintext: string): Promise<string> =>
    encodeBase64url(await sealBytes({ header, recipients }, decodeBase64url(plaintext) ?? new Uint8Array(0))),
  open: async (sealed: string): Promise<string> =>
    encodeBase64url(await openBytes(decodeBase64url(sealed) ?? new Uint8Array(0), keys, header)),
}

export type SealedPage = typeof page
Object.assign(globalThis, { sealedPage: page })
