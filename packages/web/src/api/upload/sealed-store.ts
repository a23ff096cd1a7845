/**
 * What an unfinished upload needs, kept in this browser (IndexedDB `keyhold-uploads`). Secrets and file names are encrypted
 * under an AES-GCM key that no script can read out, not even this page's.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

export type Sealed = { readonly iv: Uint8Array<ArrayBuffer>; readonly bytes: ArrayBuffer }

/** A journal without its records; ids are the server's. */
export type StoredJournal = { readonly header: Sealed; readonly ids: { upload: string; job: string } | null }

/** An upload that a person began: what they asked for, and the file's handle where the browser has such. */
type StoredTask = {
  readonly id: string
  readonly project: string
  readonly task: Sealed
  readonly handle: FileSystemFileHandle | null
}

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey }
  journals: { key: string; value: StoredJournal }
  /** Records of some segments, by journal and number of the first of them. */
  records: { key: [journal: string, first: number]; value: Uint8Array<ArrayBuffer> }
  tasks: { key: string; value: StoredTask }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined

export function openUploadStore(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('keyhold-uploads', 1, {
    upgrade(database) {
      for (const name of ['keys', 'journals', 'records'] as const) database.createObjectStore(name)
      database.createObjectStore('tasks', { keyPath: 'id' })
    },
  })
  return opened
}

const keyName = 'journal'
const algorithm = { name: 'AES-GCM', length: 256 } as const

async function readKey(): Promise<CryptoKey> {
  const store = await openUploadStore()
  const known = await store.get('keys', keyName)
  if (known !== undefined) return known
  const drawn = await crypto.subtle.generateKey(algorithm, false, ['encrypt', 'decrypt'])
  // Another tab may have been faster: only one key stays.
  const transaction = store.transaction('keys', 'readwrite')
  const first = await transaction.store.get(keyName)
  if (first === undefined) await transaction.store.put(drawn, keyName)
  await transaction.done
  return first ?? drawn
}

/** Encrypts a JSON value for this browser alone. */
export async function sealLocally(value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plain = new TextEncoder().encode(JSON.stringify(value))
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await readKey(), plain) }
}

/** The value; undefined when it was sealed under a key that is gone. */
export async function openLocally(sealed: Sealed): Promise<unknown> {
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, await readKey(), sealed.bytes)
    return JSON.parse(new TextDecoder().decode(plain)) as unknown
  } catch {
    return undefined
  }
}
