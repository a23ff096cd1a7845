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

type ProjectKeyPurpose = Exclude<WrappedKey['purpose'], 'root-key'>

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

  /** A copy of a document key, by its id. @throws `key.unknown` */
  async documentKey(id: string): Promise<Uint8Array> {
    const name = `document ${id}`
    const known = (await this.#options.lease.keys()).tables.get(name)
    if (known) return known.slice()
    const key = await this.#unwrap(id, 'document-key')
    ;(await this.#options.lease.keys()).tables.set(name, key.slice())
    return key
  }

  /** The id of the key that documents are sealed with; made on first use. */
  async findDocumentKey(): Promise<string> {
    this.#documentKey ??= this.#chooseDocumentKey().catch((error: unknown) => {
      this.#documentKey = undefined
      throw error
    })
    return this.#documentKey
  }
  #documentKey: Promise<string> | undefined

  async #chooseDocumentKey(): Promise<string> {
    await this.#readAll()
    const known = [...this.#wrapped.values()].find(({ purpose }) => purpose === 'document-key')
    return known?.id ?? this.#makeKey('document-key')
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
  makeTableKey(): Promise<string> {
    return this.#makeKey('table-key')
  }

  async #makeKey(purpose: 'table-key' | 'document-key'): Promise<string> {
    const id = crypto.randomUUID()
    const key = randomBytes(32)
    const wrapped = await this.#options.lease.withRoot((root) => wrapSecret(root, this.#context(id, purpose), key))
    key.fill(0)
    const entry = { id, purpose, wrapped: Buffer.from(wrapped).toString('base64url') }
    await this.#options.store([entry])
    this.#wrapped.set(id, entry)
    return id
  }

  async #unwrap(id: string, purpose: ProjectKeyPurpose): Promise<Uint8Array> {
    const wrapped = await this.#find(id, purpose)
    return this.#options.lease.withRoot((root) => unwrapSecret(root, this.#context(id, purpose), wrapped))
  }

  async #find(id: string, purpose: WrappedKey['purpose']): Promise<Buffer> {
    if (!this.#wrapped.has(id)) await this.#readAll()
    const found = this.#wrapped.get(id)
    if (found?.purpose !== purpose) throw unknownKey()
    return Buffer.from(found.wrapped, 'base64url')
  }

  async #readAll(): Promise<void> {
    for (const key of await this.#options.read()) this.#wrapped.set(key.id, key)
  }

  #context(id: string, purpose: ProjectKeyPurpose) {
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
