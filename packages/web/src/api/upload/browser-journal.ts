/** The client's journal in this browser's IndexedDB; every change is durable before its promise resolves. */
import {
  ClientError,
  type Journal,
  type JournalHeader,
  type JournalStore,
  type SegmentRecord,
  type UploadIds,
} from '@keyhold/client'
import { decodeBase64url, encodeBase64url } from '@keyhold/sealed'
import { openLocally, openUploadStore, sealLocally, type StoredJournal } from './sealed-store.ts'

const digestLength = 32
const recordLength = 48

export const journals: JournalStore = {
  lock: lockName,
  async open(name) {
    const store = await openUploadStore()
    const stored = await store.get('journals', name)
    const header = stored === undefined ? undefined : ((await openLocally(stored.header)) as JournalHeader | undefined)
    if (stored === undefined || header?.format !== 1) return undefined
    const chunks = await store.getAll('records', IDBKeyRange.bound([name, 0], [name, Infinity]))
    return new BrowserJournal(name, stored, header, chunks.flatMap(splitRecords))
  },
  async create(name, header) {
    const stored = { header: await sealLocally(header), ids: null }
    const store = await openUploadStore()
    const transaction = store.transaction(['journals', 'records'], 'readwrite', { durability: 'strict' })
    await Promise.all([
      transaction.objectStore('records').delete(IDBKeyRange.bound([name, 0], [name, Infinity])),
      transaction.objectStore('journals').put(stored, name),
      transaction.done,
    ])
    return new BrowserJournal(name, stored, header, [])
  },
}

/** Held by this tab until it is given back or the tab ends. */
async function lockName(name: string): Promise<() => void> {
  const { promise: held, resolve: unlock } = Promise.withResolvers<void>()
  const { promise: granted, resolve: grant } = Promise.withResolvers<boolean>()
  void navigator.locks.request(`keyhold-upload-${name}`, { ifAvailable: true }, async (lock) => {
    grant(lock !== null)
    if (lock !== null) await held
  })
  if (await granted) return unlock
  throw new ClientError(
    'upload.already_running',
    'this file is being uploaded to this table already, in another tab',
    'wait for it, or close that tab.',
  )
}

class BrowserJournal implements Journal {
  readonly header: JournalHeader
  readonly #name: string
  #stored: StoredJournal
  #records: SegmentRecord[]

  constructor(name: string, stored: StoredJournal, header: JournalHeader, records: SegmentRecord[]) {
    this.#name = name
    this.#stored = stored
    this.header = header
    this.#records = records
  }

  get ids(): UploadIds | undefined {
    return this.#stored.ids ?? undefined
  }

  get count(): number {
    return this.#records.length
  }

  async bind(ids: UploadIds): Promise<void> {
    this.#stored = { ...this.#stored, ids }
    const store = await openUploadStore()
    const transaction = store.transaction('journals', 'readwrite', { durability: 'strict' })
    await Promise.all([transaction.store.put(this.#stored, this.#name), transaction.done])
  }

  async append(records: readonly SegmentRecord[]): Promise<void> {
    const store = await openUploadStore()
    const transaction = store.transaction('records', 'readwrite', { durability: 'strict' })
    const key: [string, number] = [this.#name, this.#records.length]
    await Promise.all([transaction.store.put(joinRecords(records), key), transaction.done])
    this.#records.push(...records)
  }

  async truncate(count: number): Promise<void> {
    if (count >= this.#records.length) return
    this.#records = this.#records.slice(0, count)
    const store = await openUploadStore()
    const transaction = store.transaction('records', 'readwrite', { durability: 'strict' })
    await Promise.all([
      transaction.store.delete(IDBKeyRange.bound([this.#name, 0], [this.#name, Infinity])),
      ...(count === 0 ? [] : [transaction.store.put(joinRecords(this.#records), [this.#name, 0])]),
      transaction.done,
    ])
  }

  read(first: number, most: number): SegmentRecord[] {
    return this.#records.slice(first, first + most)
  }

  async hashContent(): Promise<string> {
    const head = decodeBase64url(this.header.head) ?? new Uint8Array()
    const digests = new Uint8Array((this.#records.length + 1) * digestLength)
    digests.set(new Uint8Array(await crypto.subtle.digest('SHA-256', head as Uint8Array<ArrayBuffer>)))
    for (const [index, { digest }] of this.#records.entries()) digests.set(digest, (index + 1) * digestLength)
    return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', digests)))
  }

  close(): void {
    // Nothing is held open.
  }

  async delete(): Promise<void> {
    const store = await openUploadStore()
    const transaction = store.transaction(['journals', 'records'], 'readwrite')
    await Promise.all([
      transaction.objectStore('records').delete(IDBKeyRange.bound([this.#name, 0], [this.#name, Infinity])),
      transaction.objectStore('journals').delete(this.#name),
      transaction.done,
    ])
  }
}

function joinRecords(records: readonly SegmentRecord[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(records.length * recordLength)
  for (const [index, { digest, fingerprint }] of records.entries()) {
    joined.set(digest, index * recordLength)
    joined.set(fingerprint, index * recordLength + digestLength)
  }
  return joined
}

function splitRecords(chunk: Uint8Array): SegmentRecord[] {
  return Array.from({ length: Math.floor(chunk.length / recordLength) }, (_, index) => {
    const record = chunk.slice(index * recordLength, (index + 1) * recordLength)
    return { digest: record.subarray(0, digestLength), fingerprint: record.subarray(digestLength) }
  })
}
