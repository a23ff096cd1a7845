import { encodeBase64url, encodeText, encodeU32, joinBytes } from '../bytes.ts'
import type { ContextHeader } from '../context-header.ts'
import { encodeRecipientBlock } from '../recipient-block.ts'
import { finishFile, startFile } from '../seal/file-sealer.ts'
import { encodeContext, parseSealedHead } from '../sealed-head.ts'
import { patternBytes } from './check-vectors.ts'
import { createRandom, header } from './vector-inputs.ts'
import type { FixedVectors, RefusedVector } from './vector-types.ts'

/** Altered files, each with the code of its refusal. */
export async function makeRefused(): Promise<FixedVectors['refused']> {
  const random = createRandom('refused')
  const key = random(32)
  const recipients = [{ kind: 'table-key', id: 'table-key-1', version: 1, key }] as const
  const seal = async (of: ContextHeader) =>
    finishFile(await startFile(of, recipients, random(32), { random }), patternBytes(50))
  const sealed = await seal(header)
  const other = await seal({ ...header, file: 'another-file' })
  const files: RefusedVector[] = []
  const add = (name: string, bytes: Uint8Array, code: string) =>
    files.push({ name, sealed: encodeBase64url(bytes), code })

  add('empty', new Uint8Array(0), 'header.truncated')
  add('cut inside the header', sealed.subarray(0, 50), 'header.truncated')
  const head = await parseSealedHead(sealed)
  add('cut before the body', sealed.subarray(0, head.length), 'floe.truncated')
  add('cut inside the body', sealed.subarray(0, -1), 'floe.truncated')
  add('a byte more', joinBytes([sealed, new Uint8Array(1)]), 'floe.trailing_data')
  add('last bit of the tag flipped', flipBit(sealed, sealed.length * 8 - 1), 'floe.segment_forged')
  add('bit of the FLOE header tag flipped', flipBit(sealed, head.length * 8 - 1), 'floe.header_forged')
  add('another format version', flipBit(sealed, 39), 'header.unsupported')
  add('not a sealed file', encodeText('PAR1 and more'), 'header.malformed')
  add('another file', other, 'header.unexpected')
  add('header of another file', await withContext(sealed, { ...header, version: 2 }), 'recipient.forged')
  add('recipients of another file', await withBlockOf(sealed, other), 'recipient.forged')
  add('reserved kind', await withBlock(sealed, reservedBlock()), 'recipient.unsupported')
  add('hybrid and classical recipients', await withBlock(sealed, mixedBlock()), 'recipient.mixed_suites')
  add(
    'recipients not canonical',
    await withBlock(sealed, encodeText('{"recipients": [], "mac": ""}')),
    'recipient.malformed',
  )
  add(
    'no recipients',
    await withBlock(sealed, encodeText(`{"mac":"${'A'.repeat(43)}","recipients":[]}`)),
    'recipient.malformed',
  )
  const unknown = [{ kind: 'table-key', key: 'unknown', version: 1, wrapped: new Uint8Array(138) }] as const
  add('no known recipient', await withBlock(sealed, await encodeRecipientBlock(unknown, key, key)), 'recipient.no_key')
  const { organisation, project, purpose, file } = header
  return { tableKey: encodeBase64url(key), expected: { organisation, project, purpose, file }, files }
}

function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice()
  const index = Math.floor(bit / 8)
  flipped[index] = (flipped[index] ?? 0) ^ (0x80 >> (bit % 8))
  return flipped
}

async function withContext(sealed: Uint8Array, other: ContextHeader): Promise<Uint8Array> {
  const { contextLength } = await parseSealedHead(sealed)
  return joinBytes([encodeContext(other), sealed.subarray(contextLength)])
}

async function withBlock(sealed: Uint8Array, block: Uint8Array): Promise<Uint8Array> {
  const { contextLength, floeHeader, length } = await parseSealedHead(sealed)
  return joinBytes([
    sealed.subarray(0, contextLength),
    encodeU32(block.length),
    block,
    floeHeader,
    sealed.subarray(length),
  ])
}

async function withBlockOf(sealed: Uint8Array, other: Uint8Array): Promise<Uint8Array> {
  const { contextLength, length } = await parseSealedHead(other)
  return withBlock(sealed, other.subarray(contextLength + 4, length - 74))
}

function reservedBlock(): Uint8Array {
  return encodeText(`{"mac":"${'A'.repeat(43)}","recipients":[{"kind":"backup"}]}`)
}

function mixedBlock(): Uint8Array {
  const stanza = (suite: string, enc: number) =>
    `{"enc":"${encodeBase64url(new Uint8Array(enc))}","key":"${'A'.repeat(43)}","kind":"hpke","suite":"${suite}","wrapped":"${encodeBase64url(new Uint8Array(48))}"}`
  return encodeText(
    `{"mac":"${'A'.repeat(43)}","recipients":[${stanza('mlkem768-x25519', 1120)},${stanza('x25519', 32)}]}`,
  )
}
