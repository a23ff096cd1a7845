/**
 * What Explore keeps in this browser (IndexedDB `keyhold-workbench`): open tabs and history. Values are encrypted under an
 * AES-GCM key that no script can read out, not even this page's; names of entries hold ids only.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

type Sealed = { readonly iv: Uint8Array<ArrayBuffer>; readonly bytes: ArrayBuffer }

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey }
  entries: { key: string; value: Sealed }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined

function openStore(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('keyhold-workbench', 1, {
    upgrade(database) {
      database.createObjectStore('keys')
      database.createObjectStore('entries')
    },
  })
  return opened
}

const keyName = 'workbench'

async function readKey(): Promise<CryptoKey> {
  const store = await openStore()
  const known = await store.get('keys', keyName)
  if (known !== undefined) return known
  const drawn = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  // Another tab of the browser may have been faster: only one key stays.
  const transaction = store.transaction('keys', 'readwrite')
  const first = await transaction.store.get(keyName)
  if (first === undefined) await transaction.store.put(drawn, keyName)
  await transaction.done
  return first ?? drawn
}

const bind = (name: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(name)

export async function writeEntry(name: string, value: unknown): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plain = new TextEncoder().encode(JSON.stringify(value))
  const parameters = { name: 'AES-GCM', iv, additionalData: bind(name) }
  const bytes = await crypto.subtle.encrypt(parameters, await readKey(), plain)
  await (await openStore()).put('entries', { iv, bytes }, name)
}

/** The value; undefined when there is none, or none that this browser's key opens. */
export async function readEntry(name: string): Promise<unknown> {
  const sealed = await (await openStore()).get('entries', name)
  if (sealed === undefined) return undefined
  try {
    const parameters = { name: 'AES-GCM', iv: sealed.iv, additionalData: bind(name) }
    const plain = await crypto.subtle.decrypt(parameters, await readKey(), sealed.bytes)
    return JSON.parse(new TextDecoder().decode(plain)) as unknown
  } catch {
    return undefined
  }
}
