/** Where a project's root key is wrapped: a key file here, later a key management service or a hardware module. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { WrapContext } from '@keyhold/sealed'
import { openKeyFile, sealKeyFile } from '@keyhold/sealed/keyfile'
import { unwrapSecret } from '@keyhold/sealed/open'
import { wrapSecret } from '@keyhold/sealed/seal'
import { DataError } from '../errors.ts'
import { writeDurable } from '../platform/durable-file.ts'

/** What is wrapped and for whom; the provider binds it to the wrapped bytes. */
type KeyContext = Omit<WrapContext, 'key' | 'version'>

export interface KeyProvider {
  readonly name: string
  wrap(context: KeyContext, key: Uint8Array): Promise<Uint8Array>
  /** @throws `key.unavailable` when the provider is gone or refuses, `wrap.forged` for other bytes or context. */
  unwrap(context: KeyContext, wrapped: Uint8Array): Promise<Uint8Array>
  /** What a recovery kit needs of it. The passphrase is null where it is not kept. */
  exportRecovery(): { readonly keyFile: unknown; readonly passphrase: string | null }
}

export const keyFileName = 'key-file.json'
export const passphraseFile = 'key-file.passphrase'
const kekId = { key: 'key-file', version: 1 } as const

/** The key file is read and opened on each use, so that taking it away ends all access. */
class KeyFileProvider implements KeyProvider {
  readonly name = 'key-file'
  readonly #kek: Uint8Array
  readonly #path: string

  constructor(kek: Uint8Array, path: string) {
    this.#kek = kek
    this.#path = path
  }

  async wrap(context: KeyContext, key: Uint8Array): Promise<Uint8Array> {
    this.#assertPresent()
    return wrapSecret(this.#kek, { ...context, ...kekId }, key)
  }

  async unwrap(context: KeyContext, wrapped: Uint8Array): Promise<Uint8Array> {
    this.#assertPresent()
    return unwrapSecret(this.#kek, { ...context, ...kekId }, wrapped)
  }

  exportRecovery(): { keyFile: unknown; passphrase: string | null } {
    this.#assertPresent()
    const passphrase = join(dirname(this.#path), passphraseFile)
    return {
      keyFile: JSON.parse(readFileSync(this.#path, 'utf8')),
      passphrase: existsSync(passphrase) ? readFileSync(passphrase, 'utf8').trim() : null,
    }
  }

  #assertPresent(): void {
    if (!existsSync(this.#path)) throw unavailable()
  }
}

/**
 * Opens the key file of a folder, made on first use. In demo custody its passphrase is a generated file beside it,
 * otherwise `passphrase` must be given.
 * @throws `keyfile.wrong_passphrase`, `keyfile.passphrase_missing`, `keyfile.readable_by_others`
 */
export async function openKeyFileProvider(folder: string, passphrase: string | undefined): Promise<KeyProvider> {
  const path = join(folder, keyFileName)
  const secret = passphrase ?? readDemoPassphrase(folder)
  if (!existsSync(path)) writeDurable(path, await sealKeyFile(secret, randomBytes(32)))
  assertPrivate(path)
  return new KeyFileProvider(await openKeyFile(secret, readFileSync(path)), path)
}

function readDemoPassphrase(folder: string): string {
  const path = join(folder, passphraseFile)
  if (!existsSync(path)) {
    if (existsSync(join(folder, keyFileName))) throw passphraseMissing()
    writeDurable(path, `${randomBytes(24).toString('base64url')}\n`)
  }
  assertPrivate(path)
  return readFileSync(path, 'utf8').trim()
}

function assertPrivate(path: string): void {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return
  throw new DataError(
    'keyfile.readable_by_others',
    'A key file can be read by other users.',
    'Run chmod 600 on the files of the data plane’s keys folder.',
  )
}

function unavailable(): DataError {
  return new DataError('key.unavailable', 'The key provider does not answer.', 'Put the key file back into its place.')
}

function passphraseMissing(): DataError {
  return new DataError(
    'keyfile.passphrase_missing',
    'The key file’s passphrase is missing.',
    'Put key-file.passphrase back, or give the passphrase on the first line of standard input.',
  )
}
