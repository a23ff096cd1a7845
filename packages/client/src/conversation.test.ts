/** The client's half of a conversation against the data plane's half, both real; only the wire between is short. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ApiError, type ApiClient, type ResponseMeta, type SignedRequest } from '@keyhold/contract'
import {
  drawSigningSeed,
  encodeBase64url,
  encodeCanonical,
  importSigningSeed,
  readEnvelope,
  signStatement,
  verifyStatement,
  type SignedStatement,
  type SigningKey,
} from '@keyhold/sealed'
import { generateSealingKey, openRequest, receiveContext, type ReceivedConversation } from '@keyhold/sealed/open'
import { sealResponse } from '@keyhold/sealed/seal'
import { collectBytes, openDataPlane, type AnswerOpener, type DataPlane } from './conversation.ts'
import { SealedProblem } from './errors.ts'
import { openSealedAnswer, spoolBytes, type SealedAnswer } from './sealed-answer.ts'

const organisation = '01890000-0000-7000-8000-000000000001'
const project = '01890000-0000-7000-8000-000000000002'
const info = { organisation, project }

type Answering = (request: SignedRequest) => Partial<ResponseMeta>

let device: SigningKey
let plane: DataPlane
let contexts: Map<string, ReceivedConversation>
let numbers: number[]
let keysRead: number
let answering: Answering

beforeEach(async () => {
  const [anchor, sealing] = [await importSigningSeed(drawSigningSeed()), await generateSealingKey('x25519')]
  device = await importSigningSeed(drawSigningSeed())
  contexts = new Map()
  numbers = []
  keysRead = 0
  answering = () => ({ outcome: 'result' })
  const set = await signStatement(anchor, 'sealing-key-set', {
    ...info,
    number: 1,
    previous: null,
    keys: [{ keyId: sealing.keyId, suite: sealing.suite, publicKey: encodeBase64url(sealing.publicKey) }],
    signer: encodeBase64url(anchor.publicKey),
    created: new Date(0).toISOString(),
    expires: new Date(Date.now() + 60_000).toISOString(),
  })
  const call = async () => {
    keysRead++
    return { set, anchorPublicKey: encodeBase64url(anchor.publicKey) }
  }
  const api = { call } as unknown as ApiClient
  plane = openDataPlane(
    { api, organisation, project, anchor: anchor.keyId, signer: device },
    {
      pins: { readSet: async () => undefined, writeSet: async () => undefined },
      now: () => Date.now(),
      send: async (sealed) => ({ status: 200, body: oneChunk(await answerSealed(sealing, sealed)) }),
      isAbsence: () => false,
      waitAfter: async (failure) => Promise.reject(failure),
    },
  )
})

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The data plane's part: opens the request, checks its signature, answers. */
async function answerSealed(
  key: Awaited<ReturnType<typeof generateSealingKey>>,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  const { contextId, enc } = await readEnvelope(sealed)
  assert.ok(enc)
  const context = contexts.get(contextId) ?? (await receiveContext({ key, enc, info }))
  contexts.set(contextId, context)
  const opened = await openRequest(context, sealed, info)
  numbers.push(opened.number)
  const signed = JSON.parse(new TextDecoder().decode(opened.plaintext)) as SignedStatement
  const request = (await verifyStatement(device.publicKey, 'request', signed)) as unknown as SignedRequest
  const meta = { bodyLength: 0, checkpoint: null, attested: true, cached: false, timings: {}, ...answering(request) }
  const head = encodeCanonical(meta)
  const plaintext = new Uint8Array(4 + head.length)
  new DataView(plaintext.buffer).setUint32(0, head.length)
  plaintext.set(head, 4)
  return sealResponse(context, opened, { ...info, table: null, file: 'f', version: 1 }, plaintext)
}

const open: AnswerOpener<SealedAnswer> = async (body, keys, expected) =>
  openSealedAnswer(spoolBytes(await collectBytes(body)), keys, expected)

test('questions asked at once share one context, each with a number of its own', async () => {
  const answers = await Promise.all([1, 2, 3].map(async (n) => plane.ask('query', { n }, open)))
  assert.equal(answers.length, 3)
  assert.equal(contexts.size, 1)
  assert.equal(keysRead, 1)
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    [0, 1, 2],
  )
})

test('KH-11: what is asked is signed by the device, with its project and a life below a minute', async () => {
  let seen: SignedRequest | undefined
  answering = (request) => {
    seen = request
    return { outcome: 'result' }
  }
  await plane.ask('document.list', { kind: 'report' }, open)
  assert.equal(seen?.operation, 'document.list')
  assert.deepEqual(seen?.body, { kind: 'report' })
  assert.equal(seen?.project, project)
  assert.ok(Date.parse(seen?.expires ?? '') - Date.parse(seen?.issued ?? '') < 60_000)
})

test('a context that the data plane forgot is opened anew, and the question asked again', async () => {
  let refusals = 1
  answering = () => (refusals-- > 0 ? { outcome: 'problem', code: 'context.unknown' } : { outcome: 'result' })
  await plane.ask('query', {}, open)
  assert.equal(contexts.size, 2)
})

test('a refusal keeps its code, remedy and sealed detail', async () => {
  answering = () => ({ outcome: 'problem', code: 'query.failed', message: 'no', remedy: 'do', detail: 'the value' })
  await assert.rejects(
    plane.ask('query', {}, open),
    (error: unknown) => error instanceof SealedProblem && error.code === 'query.failed' && error.detail === 'the value',
  )
})

test('an answer to another question does not open', async () => {
  let kept: Uint8Array | undefined
  const keep: AnswerOpener<SealedAnswer> = async (body, keys, expected) => {
    const bytes = await collectBytes(body)
    const mine = kept ?? bytes
    kept = bytes
    return openSealedAnswer(spoolBytes(mine), keys, expected)
  }
  await plane.ask('query', { n: 1 }, keep)
  await assert.rejects(plane.ask('query', { n: 2 }, keep), { code: 'response.mismatch' })
})

test('an error that is no refusal of the data plane passes through', async () => {
  const failing: AnswerOpener<SealedAnswer> = async () => {
    throw new ApiError({ type: 'about:blank', title: 't', status: 403, code: 'access.denied' })
  }
  await assert.rejects(plane.ask('query', {}, failing), { code: 'access.denied' })
})
