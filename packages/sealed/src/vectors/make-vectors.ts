/**
 * Makes the files in vectors/: `node packages/sealed/src/vectors/make-vectors.ts fixed|hpke`. Only for tests. The fixed
 * ones come out the same every time; those with HPKE are made once, as encapsulation draws its own randomness.
 */
import { writeFileSync } from 'node:fs'
import { encodeBase64url, encodeText, joinBytes } from '../bytes.ts'
import { ContentDigest } from '../content-digest.ts'
import { deriveMessageKey } from '../conversation.ts'
import { digestBytes } from '../digest.ts'
import { keyholdParameters, type FloeParameters } from '../floe/parameters.ts'
import { receiveContext } from '../open/conversation.ts'
import { exportSealingKey, generateSealingKey } from '../open/sealing-key.ts'
import { makeKeyFile } from '../keyfile.ts'
import { padmeLength } from '../padme.ts'
import { openContext, sealRequest, sealResponse } from '../seal/conversation.ts'
import { finishFile, sealBytes, startFile } from '../seal/file-sealer.ts'
import { FloeSealer } from '../seal/floe-sealer.ts'
import { wrapFloe } from '../seal/wrap.ts'
import { fingerprint, importSigningSeed, signStatement } from '../signature.ts'
import { encodeWrapContext, type WrapContext } from '../wrap-context.ts'
import { patternBytes } from './check-vectors.ts'
import { makeRefused } from './make-refused-vectors.ts'
import { createRandom, header, type Random } from './vector-inputs.ts'
import type { FileVector, FixedVectors, FloeVector, HpkeVectors } from './vector-types.ts'

/** The vectors that vectors/sealed.json must hold. */
export async function makeVectors(): Promise<FixedVectors> {
  const files = await makeFiles()
  return {
    comment: 'Made by packages/sealed/src/vectors/make-vectors.ts; explained in docs/formats.md',
    canonical: makeCanonical(),
    padme: [0, 1, 2, 9, 100, 1000, 4095, 4096, 4097, 65_537, 1_000_000, 2 ** 40 + 1].map((n) => [n, padmeLength(n)]),
    floe: await makeFloe(),
    wraps: await makeWraps(),
    keyFiles: await makeKeyFiles(),
    files,
    refused: await makeRefused(),
    statements: await makeStatements(),
  }
}

function makeCanonical(): FixedVectors['canonical'] {
  const accepted = [
    '{}',
    '[]',
    'null',
    '0',
    '-1.5',
    '1e-7',
    '"é"',
    '{"a":1,"b":[true,null]}',
    '{"1":0,"10":0,"2":0}',
    '{"\u20ac":1,"\ud83d\ude00":2,"\ufb33":3}',
  ]
  const refused = [
    '{ }',
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '1.0',
    '1E3',
    '-0',
    '9007199254740993',
    '"\\u0061"',
    '"\\ud800"',
    '\ufeff{}',
    '{}\n',
    '',
    '{"a":1',
    '{"__proto__":1}',
  ].map((text) => ({ hex: encodeText(text).toHex(), code: 'canonical.not_canonical' }))
  const raw = [
    { hex: '22ff22', code: 'canonical.not_canonical' },
    { hex: '22c0af22', code: 'canonical.not_canonical' },
    { hex: encodeText('['.repeat(34) + ']'.repeat(34)).toHex(), code: 'canonical.too_deep' },
  ]
  return { accepted, refused: [...refused, ...raw] }
}

async function makeFloe(): Promise<FloeVector[]> {
  const random = createRandom('floe')
  const small = { segmentLength: 64, rotationMask: 20 }
  const vectors: FloeVector[] = []
  for (const length of [0, 1, 31, 32, 33, 64, 65, 100]) {
    vectors.push(await makeOneFloe(`${length} bytes in segments of 64`, length, small, random))
  }
  vectors.push(await makeOneFloe('data keys for two segments each', 45, { segmentLength: 40, rotationMask: 1 }, random))
  vectors.push(await makeOneFloe('Keyhold parameters, one segment', 20, keyholdParameters, random))
  return vectors
}

async function makeOneFloe(
  name: string,
  length: number,
  parameters: FloeParameters,
  random: Random,
): Promise<FloeVector> {
  const key = random(32)
  const aad = encodeText(`aad of ${name}`)
  const plaintext = patternBytes(length)
  const sealer = await FloeSealer.start(key, aad, { parameters, random })
  const segments = await sealer.finish(plaintext)
  const ciphertext = joinBytes([sealer.header, ...segments.flat()]).toHex()
  return { name, ...parameters, key: key.toHex(), aad: aad.toHex(), plaintext: plaintext.toHex(), ciphertext }
}

async function makeWraps(): Promise<FixedVectors['wraps']> {
  const random = createRandom('wraps')
  const { organisation, project } = header
  const contexts: WrapContext[] = [
    { organisation, project, key: 'root-1', version: 1, purpose: 'table-key' },
    { organisation, project: null, key: 'provider', version: 3, purpose: 'signing-key' },
  ]
  return Promise.all(
    contexts.map(async (context) => {
      const key = random(32)
      const secret = random(32)
      const wrapped = await wrapFloe(key, encodeWrapContext(context), secret, { random })
      return { key: encodeBase64url(key), context, secret: encodeBase64url(secret), wrapped: encodeBase64url(wrapped) }
    }),
  )
}

async function makeKeyFiles(): Promise<FixedVectors['keyFiles']> {
  const random = createRandom('key files')
  const secret = random(32)
  const passphrase = 'correct horse battery staple \u00e9'
  const file = await makeKeyFile(passphrase, secret, { memory: 19_456, passes: 2, lanes: 1 }, random)
  return [{ passphrase, secret: encodeBase64url(secret), file: new TextDecoder().decode(file) }]
}

async function makeFiles(): Promise<FileVector[]> {
  const lengths = [0, 1, 1000, 262_112, 262_113, 600_000]
  const files: FileVector[] = []
  for (const length of lengths) files.push(await makeFile(length))
  return files
}

async function makeFile(length: number): Promise<FileVector> {
  const random = createRandom(`file ${length}`)
  const fileKey = random(32)
  const tableKey = { id: 'table-key-1', version: 2, key: random(32) }
  const sealer = await startFile(header, [{ kind: 'table-key', ...tableKey }], fileKey, { random })
  const sealed = await finishFile(sealer, patternBytes(length))
  const digest = new ContentDigest(sealer.head.length)
  await digest.push(sealed)
  return {
    name: `${length} bytes`,
    header,
    tableKey: { ...tableKey, key: encodeBase64url(tableKey.key) },
    fileKey: encodeBase64url(fileKey),
    plaintextLength: length,
    head: encodeBase64url(sealer.head),
    segmentIvs: listSegmentIvs(sealed.subarray(sealer.head.length)),
    sha256: await digestBytes(sealed),
    contentDigest: await digest.finish(),
    ...(length < 10_000 ? { sealed: encodeBase64url(sealed) } : {}),
  }
}

function listSegmentIvs(body: Uint8Array): string[] {
  const ivs: string[] = []
  for (let at = 0; at < body.length; at += keyholdParameters.segmentLength) {
    ivs.push(encodeBase64url(body.subarray(at + 4, at + 16)))
  }
  return ivs
}

async function makeStatements(): Promise<FixedVectors['statements']> {
  const seed = createRandom('statements')(32)
  const key = await importSigningSeed(seed)
  const bodies: [string, object][] = [
    ['upload-closing', { file: header.file, ciphertextLength: 1234, mode: 'replace', primaryKey: ['id'] }],
    ['roster', { number: 1, previous: null, change: { kind: 'owner', name: 'Zoë €' } }],
  ]
  return Promise.all(
    bodies.map(async ([type, body]) => ({
      seed: encodeBase64url(seed),
      publicKey: encodeBase64url(key.publicKey),
      fingerprint: await fingerprint(key.publicKey),
      type,
      body,
      ...(await signStatement(key, type, body)),
    })),
  )
}

/** New vectors for vectors/hpke.json; the committed ones were made by this. */
export async function makeHpkeVectors(): Promise<HpkeVectors> {
  const made = await Promise.all((['mlkem768-x25519', 'x25519'] as const).map(makeForSuite))
  return {
    comment: 'Made once by packages/sealed/src/vectors/make-vectors.ts; explained in docs/formats.md',
    files: made.map(({ file }) => file),
    conversations: made.map(({ conversation }) => conversation),
  }
}

async function makeForSuite(suite: 'mlkem768-x25519' | 'x25519'): Promise<{
  file: HpkeVectors['files'][number]
  conversation: HpkeVectors['conversations'][number]
}> {
  const key = await generateSealingKey(suite)
  const sealingKey = encodeBase64url(await exportSealingKey(key))
  const plaintext = patternBytes(100)
  const recipients = [{ kind: 'hpke', suite, publicKey: key.publicKey }] as const
  const sealed = encodeBase64url(await sealBytes({ header, recipients }, plaintext))
  const { organisation, project, table, file, version } = header
  const info = { organisation, project }
  const context = await openContext({ suite, publicKey: key.publicKey, info })
  const message = { organisation, project, table, file, version }
  const request = await sealRequest(context, 7, message, encodeText('a request'))
  const received = await receiveContext({ key, enc: context.enc, info })
  const response = await sealResponse(received, request, message, encodeText('a response'))
  const conversation = {
    suite,
    sealingKey,
    ...info,
    contextId: context.contextId,
    requestSecret: encodeBase64url(context.requestSecret),
    responseSecret: encodeBase64url(context.responseSecret),
    number: 7,
    requestKey: encodeBase64url(await deriveMessageKey(context.requestSecret, 7)),
    responseKey: encodeBase64url(await deriveMessageKey(context.responseSecret, 7)),
    requestPlaintext: encodeBase64url(encodeText('a request')),
    request: encodeBase64url(request.sealed),
    requestDigest: request.digest,
    responsePlaintext: encodeBase64url(encodeText('a response')),
    response: encodeBase64url(response),
  }
  return { file: { suite, sealingKey, header, plaintext: encodeBase64url(plaintext), sealed }, conversation }
}

if (import.meta.main) {
  const write = (name: string, vectors: object) =>
    writeFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), `${JSON.stringify(vectors, null, 1)}\n`)
  if (process.argv[2] === 'fixed') write('sealed', await makeVectors())
  else if (process.argv[2] === 'hpke') write('hpke', await makeHpkeVectors())
  else console.error('Say which vectors to make: fixed or hpke.')
}
