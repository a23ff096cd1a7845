import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { encodeText } from './bytes.ts'
import { readEnvelope, type MessageHeader } from './conversation.ts'
import { openRequest, openResponse, receiveContext, responseKeys } from './open/conversation.ts'
import { openBytes } from './open/file-opener.ts'
import { ReplayWindow } from './open/replay-window.ts'
import { generateSealingKey } from './open/sealing-key.ts'
import { createResponseSealer, openContext, sealRequest, sealResponse } from './seal/conversation.ts'
import { finishFile, sealBytes } from './seal/file-sealer.ts'
import { suites, type SuiteName } from './suites.ts'

const info = { organisation: 'org-1', project: 'project-1' }
const header: MessageHeader = { ...info, table: null, file: 'request-1', version: 1 }
const question = encodeText('select 1')
const answer = encodeText('1')

async function openBoth(suite: SuiteName = 'mlkem768-x25519') {
  const key = await generateSealingKey(suite)
  const client = await openContext({ suite, publicKey: key.publicKey, info })
  const plane = await receiveContext({ key, enc: client.enc, info })
  return { key, client, plane }
}

for (const suite of Object.keys(suites) as SuiteName[]) {
  test(`KH-01: request and response travel sealed in one context (${suite})`, async () => {
    const { key, client, plane } = await openBoth(suite)
    for (const number of [0, 3, 1, 65_535]) {
      const request = await sealRequest(client, number, header, question)
      const { contextId, keyId, enc, number: named } = await readEnvelope(request.sealed)
      assert.deepEqual(
        { contextId, keyId, enc, named },
        { contextId: plane.contextId, keyId: key.keyId, enc: client.enc, named: number },
      )
      const received = await openRequest(plane, request.sealed, info)
      assert.deepEqual(received.plaintext, question)
      assert.equal(received.digest, request.digest)
      const response = await sealResponse(plane, received, header, answer)
      assert.deepEqual(await openResponse(client, request, response, info), answer)
    }
  })
}

test('a request that comes twice is refused, also when both come at once', async () => {
  const { client, plane } = await openBoth()
  const request = await sealRequest(client, 5, header, question)
  const outcomes = await Promise.allSettled([
    openRequest(plane, request.sealed, info),
    openRequest(plane, request.sealed, info),
  ])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await assert.rejects(openRequest(plane, request.sealed, info), { code: 'request.replayed' })
})

test('a forged request does not use up its number', async () => {
  const { client, plane } = await openBoth()
  const request = await sealRequest(client, 9, header, question)
  const forged = request.sealed.slice()
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  await assert.rejects(openRequest(plane, forged, info), { code: 'floe.segment_forged' })
  await openRequest(plane, request.sealed, info)
})

test('a conversation ends after 65,536 messages', async () => {
  const { client } = await openBoth('x25519')
  await assert.rejects(async () => sealRequest(client, 65_536, header, question), { code: 'request.number_exhausted' })
  await assert.rejects(async () => sealRequest(client, -1, header, question), { code: 'request.number_exhausted' })
})

test('a response to another request, of another conversation or sealed by anyone else is refused', async () => {
  const { client, plane } = await openBoth()
  const first = await sealRequest(client, 0, header, question)
  const second = await sealRequest(client, 1, header, question)
  const twin = await sealRequest(client, 0, header, encodeText('select 2'))
  const response = await sealResponse(plane, first, header, answer)
  await assert.rejects(openResponse(client, second, response, info), { code: 'response.mismatch' })
  await assert.rejects(openResponse(client, twin, response, info), { code: 'response.mismatch' })
  const other = await openBoth()
  await assert.rejects(openResponse(other.client, first, response, info), { code: 'request.context_mismatch' })
  const stolen = { ...client, responseSecret: client.requestSecret }
  const forged = await sealResponse(stolen, first, header, answer)
  await assert.rejects(openResponse(client, first, forged, info), { code: 'recipient.forged' })
})

test('a request is no response, and the other way round', async () => {
  const { client, plane } = await openBoth()
  const request = await sealRequest(client, 0, header, question)
  const response = await sealResponse(plane, request, header, answer)
  await assert.rejects(openRequest(plane, response, info), { code: 'header.unexpected' })
  await assert.rejects(openResponse(client, request, request.sealed, info), { code: 'header.unexpected' })
})

test('a context opened for another project or key gives other secrets, so its requests are refused', async () => {
  const { key, client } = await openBoth()
  const elsewhere = await receiveContext({ key, enc: client.enc, info: { ...info, project: 'project-2' } })
  const request = await sealRequest(client, 0, header, question)
  await assert.rejects(openRequest(elsewhere, request.sealed, info), { code: 'recipient.forged' })
  const stranger = await generateSealingKey('mlkem768-x25519')
  const wrongKey = await receiveContext({ key: stranger, enc: client.enc, info })
  await assert.rejects(openRequest(wrongKey, request.sealed, info), { code: 'request.context_mismatch' })
  const malformed = receiveContext({ key, enc: client.enc.slice(1), info })
  await assert.rejects(malformed, { code: 'request.context_mismatch' })
})

test('a request for another organisation or project than expected is refused', async () => {
  const { client, plane } = await openBoth()
  const request = await sealRequest(client, 0, { ...header, project: 'project-2' }, question)
  await assert.rejects(openRequest(plane, request.sealed, info), { code: 'header.unexpected' })
})

test('a file that is no message is refused as a request', async () => {
  const { key, plane } = await openBoth()
  const recipients = [{ kind: 'hpke', suite: key.suite, publicKey: key.publicKey }] as const
  const sealed = await sealBytes({ header: { ...header, purpose: 'request' }, recipients }, question)
  await assert.rejects(openRequest(plane, sealed, info), { code: 'request.context_mismatch' })
  await assert.rejects(readEnvelope(sealed), { code: 'request.context_mismatch' })
})

test('a long response is sealed in segments', async () => {
  const { client, plane } = await openBoth()
  const request = await sealRequest(client, 0, header, question)
  const long = new Uint8Array(700_000).fill(7)
  const sealed = await finishFile(await createResponseSealer(plane, request, header), long)
  const expected = { ...info, purpose: 'response' } as const
  const opened = await openBytes(sealed, responseKeys(client, request), expected)
  assert.ok(Buffer.from(opened).equals(long))
})

test('a replay window accepts each number once, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(65_535), { maxLength: 300, size: 'max' }), (numbers) => {
      const window = new ReplayWindow()
      const seen = new Set<number>()
      for (const number of numbers) {
        if (seen.has(number)) assert.throws(() => window.accept(number), { code: 'request.replayed' })
        else window.accept(number)
        seen.add(number)
      }
    }),
  )
  for (const number of [-1, 65_536, 0.5, Number.NaN]) {
    assert.throws(() => new ReplayWindow().accept(number), { code: 'request.number_exhausted' })
  }
})
