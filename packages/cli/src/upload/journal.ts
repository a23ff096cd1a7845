/**
 * The client's journal on this machine's disk. One file (mode 0600): magic, u32be length of
 * the header, header (JSON), its SHA-256, then upload and job id (36 bytes each, zeros until known), then 48 bytes for each
 * segment in order: SHA-256 of the sealed segment, fingerprint of its plaintext. A torn record at the end is ignored.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type * as client from '@keyhold/client'
import type { JournalHeader, SegmentRecord, UploadIds } from '@keyhold/client'
import { ensurePrivateFolder } from '../session/private-file.ts'
import { fingerprintLength } from './fingerprint.ts'

const syncData = promisify(fdatasync)

const magic = Buffer.from('KHJ1')
const digestLength = 32
const recordLength = digestLength + fingerprintLength
const idLength = 36
const maxHeaderLength = 4 << 20

export class Journal implements client.Journal {
  readonly header: JournalHeader
  readonly path: string
  readonly #descriptor: number
  readonly #idsAt: number
  #ids: UploadIds | undefined
  #count: number

  private constructor(path: string, descriptor: number, header: JournalHeader, idsAt: number) {
    this.path = path
    this.header = header
    this.#descriptor = descriptor
    this.#idsAt = idsAt
    this.#ids = readIds(descriptor, idsAt)
    this.#count = Math.max(0, Math.floor((fstatSync(descriptor).size - idsAt - 2 * idLength) / recordLength))
  }

  /** A new journal in place of any other; durable when this returns. */
  static create(path: string, header: JournalHeader): Journal {
    ensurePrivateFolder(dirname(path))
    rmSync(path, { force: true })
    const descriptor = openSync(path, 'wx+', 0o600)
    const encoded = encodeHeader(header)
    writeAt(descriptor, Buffer.concat([encoded, Buffer.alloc(2 * idLength)]), 0)
    fsyncSync(descriptor)
    syncFolder(dirname(path))
    return new Journal(path, descriptor, header, encoded.length)
  }

  /** The journal of an unfinished upload; undefined when there is none that can be read. */
  static open(path: string): Journal | undefined {
    const descriptor = openExisting(path)
    if (descriptor === undefined) return undefined
    const found = readHeader(descriptor)
    if (found !== undefined) return new Journal(path, descriptor, found.header, found.length)
    closeSync(descriptor)
    return undefined
  }

  /** The server's ids, once it has given them. */
  get ids(): UploadIds | undefined {
    return this.#ids
  }

  /** Segments that have a record. */
  get count(): number {
    return this.#count
  }

  /** Keeps the server's ids; durable when this returns. */
  bind(ids: UploadIds): void {
    writeAt(this.#descriptor, Buffer.from(ids.upload.padEnd(idLength) + ids.job.padEnd(idLength)), this.#idsAt)
    fsyncSync(this.#descriptor)
    this.#ids = ids
  }

  /** Adds the records of the next segments; durable when this resolves. */
  async append(records: readonly SegmentRecord[]): Promise<void> {
    const bytes = Buffer.concat(records.flatMap((record) => [record.digest, record.fingerprint]))
    writeAt(this.#descriptor, bytes, this.#recordAt(this.#count))
    this.#count += records.length
    await syncData(this.#descriptor)
  }

  /** Forgets the records of segments that the server does not have. */
  truncate(count: number): void {
    if (count >= this.#count) return
    ftruncateSync(this.#descriptor, this.#recordAt(count))
    this.#count = count
  }

  /** Records from `first` on, at most `most`. */
  read(first: number, most: number): SegmentRecord[] {
    const wanted = Math.max(0, Math.min(most, this.#count - first))
    const bytes = readAt(this.#descriptor, this.#recordAt(first), wanted * recordLength)
    return Array.from({ length: wanted }, (_, index) => {
      const record = bytes.subarray(index * recordLength, (index + 1) * recordLength)
      return { digest: record.subarray(0, digestLength), fingerprint: record.subarray(digestLength) }
    })
  }

  /** base64url digest over the digests of the head and of all segments: the closing's `ciphertextHash`. */
  hashContent(): string {
    const hash = createHash('sha256')
    hash.update(createHash('sha256').update(Buffer.from(this.header.head, 'base64url')).digest())
    const step = 16_384
    for (let first = 0; first < this.#count; first += step) {
      for (const { digest } of this.read(first, step)) hash.update(digest)
    }
    return hash.digest('base64url')
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** Closes and deletes: the upload is over, or will start over. */
  delete(): void {
    this.close()
    rmSync(this.path, { force: true })
  }

  #recordAt(segment: number): number {
    return this.#idsAt + 2 * idLength + segment * recordLength
  }
}

function encodeHeader(header: JournalHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([magic, length, json, createHash('sha256').update(json).digest()])
}

function readHeader(descriptor: number): { header: JournalHeader; length: number } | undefined {
  const prefix = readAt(descriptor, 0, 8)
  if (prefix.length < 8 || !prefix.subarray(0, 4).equals(magic)) return undefined
  const length = prefix.readUInt32BE(4)
  if (length > maxHeaderLength) return undefined
  const rest = readAt(descriptor, 8, length + digestLength)
  const json = rest.subarray(0, length)
  if (!createHash('sha256').update(json).digest().equals(rest.subarray(length))) return undefined
  const header = JSON.parse(json.toString()) as JournalHeader
  return header.format === 1 ? { header, length: 8 + length + digestLength } : undefined
}

function readIds(descriptor: number, at: number): UploadIds | undefined {
  const text = readAt(descriptor, at, 2 * idLength).toString('latin1')
  const ids = { upload: text.slice(0, idLength).trim(), job: text.slice(idLength).trim() }
  return /^[0-9a-f-]{36}$/.test(ids.upload) && /^[0-9a-f-]{36}$/.test(ids.job) ? ids : undefined
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, 'r+')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function writeAt(descriptor: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
  }
}

/** Up to `length` bytes; fewer at the end of the file. */
function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, position + done)
    if (count === 0) break
    done += count
  }
  return bytes.subarray(0, done)
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
