/** Sends a sealed file over tus 1.0.0 in pieces of whole segments; goes on wherever the server says. */
import { ApiError, type Problem } from '@keyhold/contract'
import { resumeFileSealer } from '@keyhold/sealed/seal'
import { decodeOwn, joinBytes } from '../bytes.ts'
import { ClientError } from '../errors.ts'
import { acknowledgedSegments, segmentOffset, type Geometry } from './geometry.ts'
import type { Journal } from './journal.ts'
import type { ContentAnswer, UploadPorts } from './ports.ts'
import { SegmentStream } from './segment-stream.ts'
import type { Source } from './source.ts'

export type Sending = {
  readonly ports: UploadPorts
  readonly project: string
  readonly source: Source
  readonly journal: Journal
  readonly geometry: Geometry
  readonly upload: string
  readonly signal: AbortSignal
  /** Bytes of the sealed file handed over so far. */
  readonly onProgress: (sent: number) => void
}

const tusHeaders = { 'tus-resumable': '1.0.0' }
/** A piece should take some seconds: long enough not to wait for answers, short enough for every proxy's patience. */
const pieceSeconds = 8

/** Resolves when the server has acknowledged the whole file. Throws ApiError when it refuses. */
export async function sendFile(sending: Sending): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      const offset = await claimOffset(sending)
      if (offset === sending.geometry.length) return
      await sendFrom(sending, offset)
      return
    } catch (error) {
      if (!sending.ports.isAbsence(error) && !isPassing(error)) throw error
      await sending.ports.waitAfter(error, Math.min(attempt, 6))
    }
  }
}

/** The offset to go on from, after an earlier writer that may still be at work has been put off. */
async function claimOffset(sending: Sending): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const head = await exchange(sending, 'HEAD', {})
    const offset = Number(head.headers['upload-offset'])
    if (!Number.isSafeInteger(offset)) throw malformedOffset()
    if (offset === sending.geometry.length) return offset
    const claim = await exchange(sending, 'PATCH', patchHeaders(offset, 0))
    if (claim.status === 204) return offset
    const refused = refusal(claim)
    if (refused.code !== 'upload.offset_mismatch' && refused.code !== 'upload.taken_over') throw refused
  }
  throw new ClientError(
    'upload.already_running',
    'another client keeps going on with this upload',
    'stop it, or wait for it.',
  )
}

async function exchange(sending: Sending, method: 'HEAD' | 'PATCH', headers: Record<string, string>) {
  const { ports, signal } = sending
  const call = { method, path: contentPath(sending), headers: { ...tusHeaders, ...headers }, signal }
  const answer = await ports.send({ ...call, onSent: () => undefined })
  if (method === 'HEAD' && answer.status >= 400) throw refusal(answer)
  return answer
}

async function sendFrom(sending: Sending, offset: number): Promise<void> {
  const { geometry, journal, source } = sending
  const segment = acknowledgedSegments(geometry, offset)
  if (segment === undefined || segment > journal.count) throw malformedOffset()
  await journal.truncate(segment)
  const fileKey = decodeOwn(journal.header.fileKey)
  const head = decodeOwn(journal.header.head)
  const sealer = await resumeFileSealer({ head, fileKey, segment })
  const stream = new SegmentStream(source, sealer, journal, sending.ports.hashing, segment)
  try {
    await sendPieces(sending, stream, offset === 0 ? head : undefined, segment)
  } finally {
    await stream.stop()
  }
}

async function sendPieces(
  sending: Sending,
  stream: SegmentStream,
  head: Uint8Array | undefined,
  from: number,
): Promise<void> {
  const { geometry, ports } = sending
  let wanted = ports.pieceBytes.first
  for (let segment = from; segment < geometry.segments;) {
    const end = Math.min(geometry.segments, segment + Math.max(1, Math.floor(wanted / (1 << 18))))
    const started = performance.now()
    const first = segment === from ? head : undefined
    await sendPiece(sending, stream, first, segment, end)
    const bytesPerSecond = ((end - segment) * (1 << 18)) / ((performance.now() - started) / 1000)
    wanted = Math.min(ports.pieceBytes.most, Math.max(ports.pieceBytes.least, bytesPerSecond * pieceSeconds))
    segment = end
  }
}

async function sendPiece(
  sending: Sending,
  stream: SegmentStream,
  head: Uint8Array | undefined,
  segment: number,
  end: number,
): Promise<void> {
  const { geometry, ports, signal } = sending
  const begin = head === undefined ? segmentOffset(geometry, segment) : 0
  const length = segmentOffset(geometry, end) - begin
  const answer = await ports.send({
    method: 'PATCH',
    path: contentPath(sending),
    headers: { ...tusHeaders, ...patchHeaders(begin, length) },
    body: yieldSegments(stream, head, end - segment),
    onSent: (sent) => sending.onProgress(begin + sent),
    signal,
  })
  if (answer.status !== 204) throw refusal(answer)
  if (Number(answer.headers['upload-offset']) !== begin + length) throw new Interrupted()
}

/** The small pieces between two ciphertexts go out as one: each write is a TLS record of its own, and joining all costs more. */
async function* yieldSegments(
  stream: SegmentStream,
  before: Uint8Array | undefined,
  count: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let small = before === undefined ? [] : [before]
  for (let index = 0; index < count; index++) {
    const [head, ciphertext, tag] = await stream.take()
    const between = joinBytes([...small, head])
    yield between
    yield ciphertext
    small = [tag]
  }
  yield joinBytes(small)
}

/** The server kept less than was sent; the rest is sealed anew. */
class Interrupted extends Error {}

/** True for answers after which asking for the offset and going on is right. */
function isPassing(error: unknown): boolean {
  if (error instanceof Interrupted) return true
  if (!(error instanceof ApiError)) return false
  const { status, code } = error.problem
  return status >= 500 || status === 408 || code === 'upload.interrupted' || code === 'upload.offset_mismatch'
}

function patchHeaders(offset: number, length: number): Record<string, string> {
  return {
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
    'content-length': String(length),
  }
}

function contentPath({ project, upload }: Sending): string {
  return `/v1/projects/${project}/uploads/${upload}/content`
}

function refusal({ status, body }: ContentAnswer): ApiError {
  const fallback = { type: 'about:blank', title: `HTTP ${status}`, status, code: 'http.unexpected' }
  try {
    return new ApiError({ ...fallback, ...(JSON.parse(new TextDecoder().decode(body)) as Problem) })
  } catch {
    return new ApiError(status === 404 || status === 410 ? { ...fallback, code: 'upload.unknown' } : fallback)
  }
}

function malformedOffset(): ClientError {
  return new ClientError(
    'upload.refused',
    'the server’s offset does not end a segment that this client sent',
    'start the upload of the file anew.',
  )
}
