/** The data plane's own signing keys: the anchor (signs sealing-key sets and the owner) and its identity (all else). */
import { join } from 'node:path'
import { drawSigningSeed, importSigningSeed, type SigningKey } from '@keyhold/sealed'
import { readJson, writeDurable } from '../platform/durable-file.ts'
import type { KeyProvider } from './key-provider.ts'

export type SigningKeys = { readonly identity: SigningKey; readonly anchor: SigningKey }

/** Seeds, wrapped by the key provider. */
type Stored = { identity: string; anchor: string }

/** `local`: made before any organisation is known. */
const context = { organisation: 'local', project: null, purpose: 'signing-key' } as const

/** Reads the keys of a folder; made on first use. @throws the provider's refusal */
export async function openSigningKeys(folder: string, provider: KeyProvider): Promise<SigningKeys> {
  const path = join(folder, 'signing-keys.json')
  const stored = (readJson(path) as Stored | undefined) ?? (await makeKeys(path, provider))
  return { identity: await open(stored.identity, provider), anchor: await open(stored.anchor, provider) }
}

async function makeKeys(path: string, provider: KeyProvider): Promise<Stored> {
  const stored = { identity: await draw(provider), anchor: await draw(provider) }
  writeDurable(path, JSON.stringify(stored))
  return stored
}

async function draw(provider: KeyProvider): Promise<string> {
  const seed = drawSigningSeed()
  const wrapped = await provider.wrap(context, seed)
  seed.fill(0)
  return Buffer.from(wrapped).toString('base64url')
}

async function open(wrapped: string, provider: KeyProvider): Promise<SigningKey> {
  const seed = await provider.unwrap(context, Buffer.from(wrapped, 'base64url'))
  const key = await importSigningSeed(seed)
  seed.fill(0)
  return key
}
