/** The data plane's own signing keys: the anchor (signs sealing-key sets and the owner) and its identity (all else). */
import { join } from 'node:path'
import { drawSigningSeed, importSigningSeed, type SigningKey } from '@keyhold/sealed'
import { readJson, writeDurable } from '../platform/durable-file.ts'
import type { KeyProvider } from './key-provider.ts'

export type SigningKeys = { readonly identity: SigningKey; readonly anchor: SigningKey }

/** Seeds, wrapped by the key provider. */
export type WrappedSigningKeys = { readonly identity: string; readonly anchor: string }

/** `local`: made before any organisation is known. */
const context = { organisation: 'local', project: null, purpose: 'signing-key' } as const

/** Reads the keys of a folder; made on first use. @throws the provider's refusal */
export async function openSigningKeys(folder: string, provider: KeyProvider): Promise<SigningKeys> {
  const stored = readWrappedSigningKeys(folder) ?? (await makeKeys(folder, provider))
  return { identity: await open(stored.identity, provider), anchor: await open(stored.anchor, provider) }
}

/** The keys of a folder as they are kept, or undefined. */
export function readWrappedSigningKeys(folder: string): WrappedSigningKeys | undefined {
  return readJson(pathIn(folder)) as WrappedSigningKeys | undefined
}

/** Keeps wrapped keys in a folder that has none. */
export function writeWrappedSigningKeys(folder: string, keys: WrappedSigningKeys): void {
  writeDurable(pathIn(folder), JSON.stringify(keys))
}

function pathIn(folder: string): string {
  return join(folder, 'signing-keys.json')
}

async function makeKeys(folder: string, provider: KeyProvider): Promise<WrappedSigningKeys> {
  const made = { identity: await draw(provider), anchor: await draw(provider) }
  writeWrappedSigningKeys(folder, made)
  return made
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
