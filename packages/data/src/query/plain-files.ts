/** Decrypted data files in private working memory. One copy serves all engines that may see it, and goes with the last. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Manifest } from '@keyhold/contract'
import type { Keyring } from '../project/keyring.ts'
import { decryptFile } from './decrypt-file.ts'
import type { ObjectCache } from './object-cache.ts'

type DataFile = Manifest['files'][number]
type Held = { readonly path: Promise<string>; users: number }

export type PlainFilesOptions = {
  readonly folder: string
  readonly organisation: string
  readonly project: string
  readonly objects: ObjectCache
  readonly keyring: Keyring
}

export class PlainFiles {
  readonly #options: PlainFilesOptions
  readonly #held = new Map<string, Held>()
  #made = 0

  constructor(options: PlainFilesOptions) {
    this.#options = options
  }

  /** Path of the decrypted file, decrypted now unless somebody holds it. Every hold needs its `release`. */
  async hold(table: string, file: DataFile): Promise<string> {
    const held = this.#held.get(file.object) ?? { path: this.#decrypt(table, file), users: 0 }
    this.#held.set(file.object, held)
    held.users++
    try {
      return await held.path
    } catch (error) {
      this.release(file.object)
      throw error
    }
  }

  /** The last release deletes the file. */
  release(object: string): void {
    const held = this.#held.get(object)
    if (!held || --held.users > 0) return
    this.#held.delete(object)
    void held.path.then(
      (path) => rm(path, { force: true }),
      () => {},
    )
  }

  async #decrypt(table: string, file: DataFile): Promise<string> {
    const { folder, organisation, project, objects, keyring } = this.#options
    const sealed = await objects.path(file)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const target = join(folder, `${file.object}-${++this.#made}.parquet`)
    const key = await keyring.tableKey(file.keyId)
    const place = { organisation, project, table, file: file.file, keyId: file.keyId }
    await decryptFile({ ...place, sealed, target, key })
    return target
  }
}
