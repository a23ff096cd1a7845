/** Checks vectors/*.json with whatever primitives the platform has: run by the tests, in Node and in a browser. */
import { decodeBase64url, encodeText, joinBytes } from '../bytes.ts'
import { encodeCanonical, parseCanonical } from '../canonical.ts'
import { ContentDigest } from '../content-digest.ts'
import { deriveMessageKey, readEnvelope } from '../conversation.ts'
import { digestBytes } from '../digest.ts'
import { SealedError } from '../errors.ts'
import { openRequest, openResponse, receiveContext } from '../open/conversation.ts'
import { openBytes } from '../open/file-opener.ts'
import { openFloe } from '../open/floe-opener.ts'
import { importSealingKey } from '../open/sealing-key.ts'
import { unwrapSecret } from '../open/unwrap.ts'
import { padmeLength } from '../padme.ts'
import { FloeSealer } from '../seal/floe-sealer.ts'
import { parseSealedHead } from '../sealed-head.ts'
import { fingerprint, importSigningSeed, signStatement, verifyStatement } from '../signature.ts'
import type { FileVector, FixedVectors, HpkeVectors } from './vector-types.ts'

/** Byte i is i mod 251. */
export function patternBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251)
}

/** Throws at the first vector that does not hold; otherwise says how many were checked. */
export async function checkVectors(vectors: FixedVectors): Promise<number> {
  checkCanonical(vectors.canonical)
  for (const [length, padded] of vectors.padme) assertEqual(padmeLength(length), padded, `padme of ${length}`)
  await checkFloe(vectors.floe)
  for (const { key, context, secret, wrapped } of vectors.wraps) {
    assertEqual(await unwrapSecret(decode(key), context, decode(wrapped)), decode(secret), 'wrap')
  }
  for (const file of vectors.files) await checkFile(file)
  await checkRefused(vectors.refused)
  for (const statement of vectors.statements) await checkStatement(statement)
  const { canonical, padme, floe, wraps, files, refused, statements } = vectors
  const lists = [canonical.accepted, canonical.refused, padme, floe, wraps, files, refused.files, statements]
  return lists.reduce((total, list) => total + list.length, 0)
}

/** `checkVectors` for those with HPKE. */
export async function checkHpkeVectors(vectors: HpkeVectors): Promise<number> {
  for (const { sealingKey, header, plaintext, sealed } of vectors.files) {
    const key = await importSealingKey(decode(sealingKey))
    const opened = await openBytes(decode(sealed), { sealingKey: () => key }, header)
    assertEqual(opened, decode(plaintext), `file for ${key.suite}`)
  }
  for (const conversation of vectors.conversations) await checkConversation(conversation)
  return vectors.files.length + vectors.conversations.length
}

function checkCanonical(vectors: FixedVectors['canonical']): void {
  for (const text of vectors.accepted) {
    const bytes = encodeText(text)
    assertEqual(encodeCanonical(parseCanonical(bytes)), bytes, text)
  }
  for (const { hex, code } of vectors.refused) {
    let refused: unknown
    try {
      parseCanonical(Uint8Array.fromHex(hex))
    } catch (error) {
      refused = error
    }
    assertEqual(codeOf(refused), code, hex)
  }
}

async function checkFloe(vectors: FixedVectors['floe']): Promise<void> {
  for (const vector of vectors) {
    const [key, aad, plaintext, ciphertext] = [vector.key, vector.aad, vector.plaintext, vector.ciphertext].map((hex) =>
      Uint8Array.fromHex(hex),
    ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const opened = await openFloe(key, aad, ciphertext.subarray(0, 74), ciphertext.subarray(74), vector)
    assertEqual(opened, plaintext, vector.name)
  }
}

async function checkFile(vector: FileVector): Promise<void> {
  const { id, version, key } = vector.tableKey
  const tableKey = (asked: string, of: number) => (asked === id && of === version ? decode(key) : undefined)
  const plaintext = patternBytes(vector.plaintextLength)
  const sealed = await sealAgain(vector, plaintext)
  assertEqual(await digestBytes(sealed), vector.sha256, vector.name)
  if (vector.sealed !== undefined) assertEqual(sealed, decode(vector.sealed), vector.name)
  assertEqual(await openBytes(sealed, { tableKey }, vector.header), plaintext, vector.name)
  const digest = new ContentDigest(decode(vector.head).length)
  await digest.push(sealed)
  assertEqual(await digest.finish(), vector.contentDigest, `content digest of ${vector.name}`)
}

async function sealAgain(vector: FileVector, plaintext: Uint8Array): Promise<Uint8Array> {
  const head = await parseSealedHead(decode(vector.head))
  assertEqual(encodeCanonical(head.header), encodeCanonical(vector.header), `header of ${vector.name}`)
  const ivs = vector.segmentIvs.map(decode)
  const random = () => ivs.shift() ?? new Uint8Array(0)
  const sealer = await FloeSealer.resume(decode(vector.fileKey), head.contextDigest, head.floeHeader, 0, { random })
  const segments = await sealer.finish(plaintext)
  return joinBytes([decode(vector.head), ...segments.flat()])
}

async function checkRefused(vectors: FixedVectors['refused']): Promise<void> {
  const tableKey = (id: string) => (id === 'table-key-1' ? decode(vectors.tableKey) : undefined)
  for (const { name, sealed, code } of vectors.files) {
    const refused: unknown = await openBytes(decode(sealed), { tableKey }, vectors.expected).catch(
      (error: unknown) => error,
    )
    assertEqual(codeOf(refused), code, name)
  }
}

async function checkStatement(vector: FixedVectors['statements'][number]): Promise<void> {
  const key = await importSigningSeed(decode(vector.seed))
  assertEqual(key.publicKey, decode(vector.publicKey), 'public key')
  assertEqual(await fingerprint(key.publicKey), vector.fingerprint, 'fingerprint')
  const signed = await signStatement(key, vector.type, vector.body)
  assertEqual(signed.signature, vector.signature, 'signature')
  assertEqual(signed.statement, vector.statement, 'statement')
  const body = await verifyStatement(key.publicKey, vector.type, vector)
  assertEqual(encodeCanonical(body), encodeCanonical(vector.body), 'body')
}

async function checkConversation(vector: HpkeVectors['conversations'][number]): Promise<void> {
  const key = await importSealingKey(decode(vector.sealingKey))
  const { organisation, project, number } = vector
  const request = decode(vector.request)
  const envelope = await readEnvelope(request)
  assertEqual(envelope.contextId, vector.contextId, 'context')
  const context = await receiveContext({ key, enc: envelope.enc ?? new Uint8Array(0), info: { organisation, project } })
  assertEqual(context.requestSecret, decode(vector.requestSecret), 'request secret')
  assertEqual(context.responseSecret, decode(vector.responseSecret), 'response secret')
  assertEqual(await deriveMessageKey(context.requestSecret, number), decode(vector.requestKey), 'request key')
  assertEqual(await deriveMessageKey(context.responseSecret, number), decode(vector.responseKey), 'response key')
  const opened = await openRequest(context, request, { organisation, project })
  assertEqual(opened.plaintext, decode(vector.requestPlaintext), 'request')
  assertEqual(opened.digest, vector.requestDigest, 'request digest')
  assertEqual(await digestBytes(request), vector.requestDigest, 'request digest')
  const response = await openResponse(context, opened, decode(vector.response), { organisation, project })
  assertEqual(response, decode(vector.responsePlaintext), 'response')
}

function decode(text: string): Uint8Array {
  const bytes = decodeBase64url(text)
  if (bytes === undefined) throw new Error('A vector has malformed base64url')
  return bytes
}

function codeOf(error: unknown): string {
  return error instanceof SealedError ? error.code : `no refusal (${String(error)})`
}

function assertEqual<T extends Uint8Array | string | number>(actual: T, expected: T, what: string): void {
  const show = (value: T) => (value instanceof Uint8Array ? joinBytes([value]).toHex() : String(value))
  if (show(actual) !== show(expected)) throw new Error(`${what}: ${show(actual)} is not ${show(expected)}`)
}
