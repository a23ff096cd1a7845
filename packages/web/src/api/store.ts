/** What this browser keeps (IndexedDB `keyhold`): its device key, the anchor it pinned, and how far it has seen. */
import type { PinStore, SeenSet } from '@keyhold/client'
import type { FollowedState } from '@keyhold/ledger'
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

/** This browser as one organisation knows it. The private key cannot be exported, not even by this page. */
export type StoredDevice = {
  readonly organisation: string
  /** Key id of the anchor that this browser believes. */
  readonly anchor: string
  readonly pair: CryptoKeyPair
  readonly name: string
  readonly created: string
}

/** The newest head of a log that this browser verified; `root` is base64url. */
export type SeenLog = {
  readonly origin: string
  readonly verifierKey: string
  readonly size: number
  readonly root: string
  /** What verifying goes on from. */
  readonly followed?: FollowedState
}

interface Schema extends DBSchema {
  devices: { key: string; value: StoredDevice }
  /** Device keys of set-ups under way, by organisation: the data plane takes a claim again only from the same key. */
  claims: { key: string; value: CryptoKeyPair }
  sets: { key: string; value: SeenSet }
  logs: { key: string; value: SeenLog }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined

function openStore(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('keyhold', 1, {
    upgrade(database) {
      for (const name of ['devices', 'claims', 'sets', 'logs'] as const) database.createObjectStore(name)
    },
  })
  return opened
}

export async function readDevice(organisation: string): Promise<StoredDevice | undefined> {
  return (await openStore()).get('devices', organisation)
}

/** Keeps a device, and asks the browser not to drop it when space is short. */
export async function writeDevice(device: StoredDevice): Promise<void> {
  await (await openStore()).put('devices', device, device.organisation)
  await navigator.storage.persist().catch(() => false)
}

/** The pair of an unfinished claim; kept before it is used, so that a claim that broke off can go on. */
export async function keepClaimPair(organisation: string, draw: () => Promise<CryptoKeyPair>): Promise<CryptoKeyPair> {
  const store = await openStore()
  const known = await store.get('claims', organisation)
  if (known !== undefined) return known
  const pair = await draw()
  await store.put('claims', pair, organisation)
  return pair
}

export async function dropClaimPair(organisation: string): Promise<void> {
  await (await openStore()).delete('claims', organisation)
}

/** Sealing-key sets that this browser has seen. */
export const pins: PinStore = {
  readSet: async (key) => (await openStore()).get('sets', key),
  writeSet: async (key, seen) => void (await (await openStore()).put('sets', seen, key)),
}

/** What this browser has seen of an organisation's log. */
export async function readLog(organisation: string): Promise<SeenLog | undefined> {
  return (await openStore()).get('logs', organisation)
}

/** Keeps what was verified, unless another tab of this browser has verified more. */
export async function writeLog(organisation: string, seen: SeenLog): Promise<void> {
  const { store, done } = (await openStore()).transaction('logs', 'readwrite')
  const known = await store.get(organisation)
  if (known === undefined || known.size <= seen.size) await store.put(seen, organisation)
  await done
}
