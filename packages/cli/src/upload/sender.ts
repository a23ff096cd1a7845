/** Sends a sealed file over tus 1.0.0 in pieces of whole segments; goes on wherever the server says. */
import { ApiError, type Problem } from '@keyhold/contract'
import { resumeFileSealer } from '@keyhold/sealed/seal'
import { CliError, exitCodes } from '../errors.ts'
import { collect, isConnectionFailure } from '../session/connection.ts'
import type { ProjectSession } from '../session/session.ts'
import { acknowledgedSegments, segmentOffset, type Geometry } from './geometry.ts'
import type { Journal } from './journal.ts'
import { SegmentStream } from './segment-stream.ts'
import type { Source } from './source.ts'

export type Sending = {
  readonly session: ProjectSession
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
const pieceBytes = { first: 32 << 20, least: 4 << 20, most: 512 << 20 } as const

/** Resolves when the server has acknowledged the whole file. Throws ApiError when it refuses. */
export async function sendFile(sending: Sending): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      const offset = await claimOffset(sending)
      if (offset === sending.geometry.length) return
      await sendFrom(sending, offset)
      return
    } catch (error) {
      if (!isConnectionFailure(error) && !isPassing(error)) throw error
      await sending.session.connection.waitAfter(error, Math.min(attempt, 6))
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
    const refused = refusal(claim.status, claim.body)
    if (refused.code !== 'upload.offset_mismatch' && refused.code !== 'upload.taken_over') throw refused
  }
  throw new CliError(
    'upload.already_running',
    'another client keeps going on with this upload',
    'stop it, or wait for it.',
  )
}

async function exchange(sending: Sending, method: 'HEAD' | 'PATCH', headers: Record<string, string>) {
  const { session } = sending
  const body = method === 'PATCH' ? new Uint8Array() : undefined
  const answer = await session.connection.exchange({
    method,
    path: contentPath(sending),
    headers: { ...session.authorise(), ...tusHeaders, ...headers },
    body,
    signal: sending.signal,
  })
  if (method === 'HEAD' && answer.status >= 400) throw refusal(answer.status, answer.body)
  return answer
}

async function sendFrom(sending: Sending, offset: number): Promise<void> {
  const { geometry, journal, source } = sending
  const segment = acknowledgedSegments(geometry, offset)
  if (segment === undefined || segment > journal.count) throw malformedOffset()
  journal.truncate(segment)
  const fileKey = Buffer.from(journal.header.fileKey, 'base64url')
  const head = Buffer.from(journal.header.head, 'base64url')
  const stream = new SegmentStream(source, await resumeFileSealer({ head, fileKey, segment }), journal, segment)
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
  const { geometry } = sending
  let wanted: number = pieceBytes.first
  for (let segment = from; segment < geometry.segments;) {
    const end = Math.min(geometry.segments, segment + Math.max(1, Math.floor(wanted / (1 << 18))))
    const started = performance.now()
    const first = segment === from ? head : undefined
    await sendPiece(sending, stream, first, segment, end)
    const bytesPerSecond = ((end - segment) * (1 << 18)) / ((performance.now() - started) / 1000)
    wanted = Math.min(pieceBytes.most, Math.max(pieceBytes.least, bytesPerSecond * pieceSeconds))
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
  const { geometry, session } = sending
  const begin = head === undefined ? segmentOffset(geometry, segment) : 0
  const length = segmentOffset(geometry, end) - begin
  const progress = (sent: number): void => sending.onProgress(begin + sent)
  const answer = await session.connection.stream({
    method: 'PATCH',
    path: contentPath(sending),
    headers: { ...session.authorise(), ...tusHeaders, ...patchHeaders(begin, length) },
    body: yieldSegments(stream, head, end - segment, progress),
    signal: sending.signal,
  })
  const body = await collect(answer.body)
  if (answer.status !== 204) throw refusal(answer.status, body)
  if (Number(answer.headers['upload-offset']) !== begin + length) throw new Interrupted()
}

/** The small pieces between two ciphertexts go out as one: each write is a TLS record of its own, and joining all costs more. */
async function* yieldSegments(
  stream: SegmentStream,
  before: Uint8Array | undefined,
  count: number,
  onProgress: (sent: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0
  let small = before === undefined ? [] : [before]
  for (let index = 0; index < count; index++) {
    const [head, ciphertext, tag] = await stream.take()
    const between = Buffer.concat([...small, head])
    yield between
    yield ciphertext
    small = [tag]
    sent += between.length + ciphertext.length
    onProgress(sent)
  }
  yield Buffer.concat(small)
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

function contentPath({ session, upload }: Sending): string {
  return `/v1/projects/${session.project}/uploads/${upload}/content`
}

function refusal(status: number, body: Uint8Array): ApiError {
  const fallback = { type: 'about:blank', title: `HTTP ${status}`, status, code: 'http.unexpected' }
  try {
    return new ApiError({ ...fallback, ...(JSON.parse(new TextDecoder().decode(body)) as Problem) })
  } catch {
    return new ApiError(status === 404 || status === 410 ? { ...fallback, code: 'upload.unknown' } : fallback)
  }
}

function malformedOffset(): CliError {
  return new CliError(
    'upload.refused',
    'the server’s offset does not end a segment that this client sent',
    'run it again with --restart to upload the file anew.',
    {
      exitCode: exitCodes.failed,
    },
  )
}
