/** The project's keys as this process may use them: wrapped at rest, opened under the root during a lease. */
import { randomBytes } from 'node:crypto'
import type { WrappedKey } from '@keyhold/contract'
import { importSealingKey, unwrapSecret, type FileKeys, type SealingKey } from '@keyhold/sealed/open'
import { wrapSecret } from '@keyhold/sealed/seal'
import { DataError } from '../errors.ts'
import { rootWrapContext } from '../keyring/project-keys.ts'
import type { Lease } from './lease.ts'

export type KeyringOptions = {
  readonly organisation: string
  readonly project: string
  readonly lease: Lease
  readonly read: () => Promise<WrappedKey[]>
  readonly store: (keys: WrappedKey[]) => Promise<void>
}

export const tableKeyVersion = 1

export class Keyring {
  readonly #options: KeyringOptions
  readonly #wrapped = new Map<string, WrappedKey>()

  constructor(options: KeyringOptions) {
    this.#options = options
  }

  /** The keys that open this project's files. */
  readonly fileKeys: FileKeys = {
    tableKey: (id, version) => (version === tableKeyVersion ? this.tableKey(id) : undefined),
    sealingKey: (keyId) => this.sealingKey(keyId),
  }

  /** A copy, so that the end of the lease cannot turn it into zeros while something is sealed with it. */
  async tableKey(id: string): Promise<Uint8Array> {
    const { tables } = await this.#options.lease.keys()
    const known = tables.get(id)
    if (known) return known.slice()
    const key = await this.#unwrap(id, 'table-key')
    ;(await this.#options.lease.keys()).tables.set(id, key.slice())
    return key
  }

  async sealingKey(keyId: string): Promise<SealingKey> {
    const { sealing } = await this.#options.lease.keys()
    const known = sealing.get(keyId)
    if (known) return known
    const secret = await this.#unwrap(keyId, 'sealing-key')
    const key = await importSealingKey(secret)
    secret.fill(0)
    sealing.set(keyId, key)
    return key
  }

  /** A new table key, stored wrapped before it is used. */
  async makeTableKey(): Promise<string> {
    const id = crypto.randomUUID()
    const key = randomBytes(32)
    const wrapped = await this.#options.lease.withRoot((root) => wrapSecret(root, this.#context(id, 'table-key'), key))
    key.fill(0)
    const entry = { id, purpose: 'table-key', wrapped: Buffer.from(wrapped).toString('base64url') } as const
    await this.#options.store([entry])
    this.#wrapped.set(id, entry)
    return id
  }

  async #unwrap(id: string, purpose: 'sealing-key' | 'table-key'): Promise<Uint8Array> {
    const wrapped = await this.#find(id, purpose)
    return this.#options.lease.withRoot((root) => unwrapSecret(root, this.#context(id, purpose), wrapped))
  }

  async #find(id: string, purpose: WrappedKey['purpose']): Promise<Buffer> {
    if (!this.#wrapped.has(id)) for (const key of await this.#options.read()) this.#wrapped.set(key.id, key)
    const found = this.#wrapped.get(id)
    if (found?.purpose !== purpose) throw unknownKey()
    return Buffer.from(found.wrapped, 'base64url')
  }

  #context(id: string, purpose: 'sealing-key' | 'table-key') {
    return rootWrapContext(this.#options, id, purpose)
  }
}

function unknownKey(): DataError {
  return new DataError(
    'key.unknown',
    'The file is sealed with a key that this project does not have.',
    'Read the project’s sealing keys again.',
  )
}
