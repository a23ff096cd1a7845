/** A project's root and sealing keys: made once, wrapped, its public half signed by the anchor. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SealingKeySet, Signed, WrappedKey } from '@keyhold/contract'
import { signStatement, type WrapContext } from '@keyhold/sealed'
import { exportSealingKey, generateSealingKey, type SealingKey } from '@keyhold/sealed/open'
import { wrapSecret } from '@keyhold/sealed/seal'
import { readJson, writeDurable } from '../platform/durable-file.ts'
import type { KeyProvider } from './key-provider.ts'
import type { SigningKeys } from './signing-keys.ts'

type Provisioned = { set: Signed; keys: WrappedKey[] }

const rootKeyId = 'root'
const setLifeDays = 365

/** Associated data of what the root key wraps; names the wrapped key too, so that two cannot change places. */
export function rootWrapContext(
  { organisation, project }: { organisation: string; project: string },
  id: string,
  purpose: 'sealing-key' | 'table-key' | 'document-key',
): WrapContext {
  return { organisation, project, key: `${rootKeyId}:${id}`, version: 1, purpose }
}

/** The keys of a project; made on first use and the same ever after, since the control plane may ask twice. */
export async function provisionProject(
  folder: string,
  ids: { organisation: string; project: string },
  provider: KeyProvider,
  signing: SigningKeys,
): Promise<Provisioned> {
  const known = readProvisioned(folder)
  if (known) return known
  const made = await makeProject(ids, provider, signing)
  writeProvisioned(folder, made)
  return made
}

/** What was provisioned, or undefined. */
export function readProvisioned(folder: string): Provisioned | undefined {
  return readJson(pathIn(folder)) as Provisioned | undefined
}

/** Keeps what was provisioned in a folder that lost it. */
export function writeProvisioned(folder: string, provisioned: Provisioned): void {
  writeDurable(pathIn(folder), JSON.stringify(provisioned))
}

function pathIn(folder: string): string {
  return join(folder, 'provisioned.json')
}

async function makeProject(
  ids: { organisation: string; project: string },
  provider: KeyProvider,
  signing: SigningKeys,
): Promise<Provisioned> {
  const root = randomBytes(32)
  try {
    const sealing = await generateSealingKey('mlkem768-x25519')
    const wrappedRoot = await provider.wrap({ ...ids, purpose: 'root-key' }, root)
    const keys = [encodeKey(rootKeyId, 'root-key', wrappedRoot), await wrapSealingKey(sealing, ids, root)]
    const set = await signStatement(signing.anchor, 'sealing-key-set', describeSet(ids, [sealing], signing))
    return { set, keys }
  } finally {
    root.fill(0)
  }
}

function describeSet(
  ids: { organisation: string; project: string },
  keys: readonly SealingKey[],
  signing: SigningKeys,
): SealingKeySet {
  return {
    ...ids,
    number: 1,
    previous: null,
    keys: keys.map(({ keyId, suite, publicKey }) => ({
      keyId,
      suite,
      publicKey: Buffer.from(publicKey).toString('base64url'),
    })),
    signer: Buffer.from(signing.identity.publicKey).toString('base64url'),
    created: new Date().toISOString(),
    expires: new Date(Date.now() + setLifeDays * 86_400_000).toISOString(),
  }
}

async function wrapSealingKey(
  key: SealingKey,
  ids: { organisation: string; project: string },
  root: Uint8Array,
): Promise<WrappedKey> {
  const secret = await exportSealingKey(key)
  const wrapped = await wrapSecret(root, rootWrapContext(ids, key.keyId, 'sealing-key'), secret)
  secret.fill(0)
  return encodeKey(key.keyId, 'sealing-key', wrapped)
}

function encodeKey(id: string, purpose: WrappedKey['purpose'], wrapped: Uint8Array): WrappedKey {
  return { id, purpose, wrapped: Buffer.from(wrapped).toString('base64url') }
}
