/** Receives ciphertext into an upload's file: batched writes, durable in the background, acknowledged in whole segments. */
import { fdatasync, writev } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { failUpload } from './errors.ts'
import { type Geometry, wholeSegments } from './segments.ts'

const syncData = promisify(fdatasync)
const batchBytes = 1 << 20
/** Bytes after which what is written is made durable while more arrives. */
const durableEvery = 16 << 20

export type Reception = {
  readonly source: AsyncIterable<Buffer>
  readonly file: FileHandle
  readonly geometry: Geometry
  /** Acknowledged offset at which the source begins. */
  readonly offset: number
  /** Records an acknowledged offset durably; called in order, one at a time, after the bytes are on the disk. */
  readonly acknowledge: (offset: number) => Promise<void>
  /** Aborted when another writer takes over: nothing more is acknowledged then. */
  readonly replaced: AbortSignal
}

/**
 * Writes the source from `offset` on. A source that breaks off keeps its whole segments.
 *
 * @returns the acknowledged offset and whether the source came to its own end
 * @throws `upload.too_long` when the source goes past the announced length (the whole upload is kept),
 *   `upload.taken_over`, or the file's own error
 */
export async function receiveBytes(reception: Reception): Promise<{ acknowledged: number; complete: boolean }> {
  const { source, geometry, replaced } = reception
  const writer = openWriter(reception)
  let complete = false
  let room = geometry.length - reception.offset
  try {
    for await (const chunk of source) {
      if (replaced.aborted) break
      await writer.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
      room -= chunk.length
      if (room < 0) break
    }
    complete = !replaced.aborted
  } catch (cause) {
    writer.check(cause)
  }
  if (replaced.aborted) {
    await writer.abandon()
    throw failUpload('upload.taken_over')
  }
  const acknowledged = await writer.finish()
  if (room < 0) throw failUpload('upload.too_long')
  return { acknowledged, complete }
}

/** At most one batch is being written while the next gathers, and one sync runs beside them. */
function openWriter({ file, geometry, offset, acknowledge, replaced }: Reception) {
  let gathered: Buffer[] = []
  let gatheredBytes = 0
  let written = offset
  let acknowledged = offset
  let writing: Promise<void> | undefined
  let syncing: Promise<void> | undefined
  let failure: { cause: unknown } | undefined

  async function push(chunk: Buffer): Promise<void> {
    gathered.push(chunk)
    gatheredBytes += chunk.length
    if (gatheredBytes >= batchBytes) await flush()
  }
  async function flush(): Promise<void> {
    await writing
    if (failure !== undefined) throw failure.cause
    const batch = gathered
    gathered = []
    gatheredBytes = 0
    writing = write(batch).catch(fail)
  }
  async function write(batch: Buffer[]): Promise<void> {
    written += await writeBatch(file.fd, batch, written)
    if (written - acknowledged >= durableEvery) syncing ??= settle().catch(fail)
  }
  async function settle(): Promise<void> {
    const point = wholeSegments(geometry, written)
    if (point > acknowledged) {
      await syncData(file.fd)
      if (replaced.aborted) return
      await acknowledge(point)
      acknowledged = point
    }
    syncing = undefined
  }
  function fail(cause: unknown): void {
    failure ??= { cause }
  }
  async function abandon(): Promise<void> {
    await writing
    await syncing
  }
  async function finish(): Promise<number> {
    await flush()
    await abandon()
    if (failure === undefined) await settle()
    if (failure !== undefined) throw failure.cause
    return acknowledged
  }
  /** A source may break off; a disk may not. */
  function check(cause: unknown): void {
    if (failure?.cause === cause) throw cause
  }
  return { push, finish, abandon, check }
}

/** Writes all buffers at a position, however often the system writes less than asked. */
async function writeBatch(descriptor: number, buffers: Buffer[], position: number): Promise<number> {
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0)
  let rest = buffers
  let done = 0
  while (done < total) {
    const count = await writeVector(descriptor, rest, position + done)
    done += count
    rest = done < total ? skipBytes(rest, count) : []
  }
  return total
}

function writeVector(descriptor: number, buffers: Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) =>
    writev(descriptor, buffers, position, (error, count) => (error === null ? resolve(count) : reject(error))),
  )
}

function skipBytes(buffers: Buffer[], count: number): Buffer[] {
  let left = count
  const rest: Buffer[] = []
  for (const buffer of buffers) {
    if (left < buffer.length) rest.push(buffer.subarray(left))
    left = Math.max(0, left - buffer.length)
  }
  return rest
}
