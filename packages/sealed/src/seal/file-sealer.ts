import { primitives } from '#crypto'
import { joinBytes } from '../bytes.ts'
import type { ContextHeader } from '../context-header.ts'
import { SealedError } from '../errors.ts'
import { encodeRecipientBlock, verifyRecipientBlock } from '../recipient-block.ts'
import { encodeContext, joinHead, parseSealedHead } from '../sealed-head.ts'
import { FloeSealer, type FloeOptions, type SealedSegment } from './floe-sealer.ts'
import { sealStanza, type AnyRecipient, type Recipient } from './recipients.ts'

/** Seals one file: `head` first, then the segments of `push` and `finish` in order. */
export interface FileSealer {
  /** Everything before the first segment. */
  readonly head: Uint8Array
  /** Segments that are now whole. The chunk must stay unchanged until this is awaited. */
  push(chunk: Uint8Array): Promise<SealedSegment[]>
  /** The remaining segments, the final one last; throws `floe.closed` when called twice. */
  finish(last?: Uint8Array): Promise<SealedSegment[]>
}

export interface SealFileOptions {
  readonly header: ContextHeader
  readonly recipients: readonly Recipient[]
  /** 32 bytes from `drawFileKey`, for who must resume; drawn when absent. Never for two files. */
  readonly fileKey?: Uint8Array
}

/** A new random file key. */
export function drawFileKey(): Uint8Array {
  return primitives.randomBytes(32)
}

/** Begins a sealed file. Throws `header.malformed`, `key.malformed`, `recipient.malformed` or `.mixed_suites`. */
export async function createFileSealer(options: SealFileOptions): Promise<FileSealer> {
  return startFile(options.header, options.recipients, options.fileKey ?? drawFileKey())
}

/** `createFileSealer` for every kind of recipient, with randomness that vectors can fix. */
export async function startFile(
  header: ContextHeader,
  recipients: readonly AnyRecipient[],
  fileKey: Uint8Array,
  options: FloeOptions = {},
): Promise<FileSealer> {
  const context = encodeContext(header)
  const contextDigest = await primitives.sha256(context)
  const block = await sealRecipients(recipients, fileKey, header, contextDigest, options)
  const sealer = await FloeSealer.start(fileKey, contextDigest, options)
  return withHead(joinHead(context, block, sealer.header), sealer)
}

/** A recipient block for this file key and context, to be put in place of another. */
export async function sealRecipients(
  recipients: readonly AnyRecipient[],
  fileKey: Uint8Array,
  header: ContextHeader,
  contextDigest: Uint8Array,
  options: FloeOptions = {},
): Promise<Uint8Array> {
  const stanzas = []
  for (const recipient of recipients) {
    stanzas.push(await sealStanza(recipient, fileKey, header, contextDigest, options))
  }
  return encodeRecipientBlock(stanzas, fileKey, contextDigest)
}

/**
 * Goes on with a file whose head and first `segment` segments are stored already; the plaintext before them must be the
 * same. Throws `recipient.forged` or `floe.header_forged` when head and file key do not belong together.
 */
export async function resumeFileSealer(options: {
  readonly head: Uint8Array
  readonly fileKey: Uint8Array
  readonly segment: number
}): Promise<FileSealer> {
  if (!Number.isSafeInteger(options.segment) || options.segment < 0) {
    throw new SealedError('range.invalid', 'A segment is named by a whole number')
  }
  const head = await parseSealedHead(options.head)
  await verifyRecipientBlock(head.block, options.fileKey, head.contextDigest)
  const sealer = await FloeSealer.resume(options.fileKey, head.contextDigest, head.floeHeader, options.segment)
  return withHead(options.head.slice(0, head.length), sealer)
}

/** Seals bytes at once: a whole file. Throws the codes of `createFileSealer`. */
export async function sealBytes(options: SealFileOptions, plaintext: Uint8Array): Promise<Uint8Array> {
  return finishFile(await createFileSealer(options), plaintext)
}

/** The whole file of a sealer that has not been given anything yet. */
export async function finishFile(sealer: FileSealer, plaintext: Uint8Array): Promise<Uint8Array> {
  const segments = await sealer.finish(plaintext)
  return joinBytes([sealer.head, ...segments.flat()])
}

/** Seals a stream: the head and then one chunk for each segment. Creation throws the codes of `createFileSealer`. */
export async function createSealTransform(options: SealFileOptions): Promise<TransformStream<Uint8Array, Uint8Array>> {
  const sealer = await createFileSealer(options)
  type Controller = TransformStreamDefaultController<Uint8Array>
  const emit = (controller: Controller, segments: readonly SealedSegment[]) => {
    for (const segment of segments) controller.enqueue(joinBytes(segment))
  }
  return new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => controller.enqueue(sealer.head),
    transform: async (chunk, controller) => emit(controller, await sealer.push(chunk)),
    flush: async (controller) => emit(controller, await sealer.finish()),
  })
}

function withHead(head: Uint8Array, sealer: FloeSealer): FileSealer {
  return { head, push: (chunk) => sealer.push(chunk), finish: (last) => sealer.finish(last) }
}
