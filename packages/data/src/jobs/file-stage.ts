/** Data files of one load: sealed as they come, or kept in private memory until it is known what becomes of them. */
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Manifest } from '@keyhold/contract'
import type { ImportedFile } from '../engine/index.ts'
import { sealDataFile, type SealSetting } from './seal-data-file.ts'

type SealedFile = Manifest['files'][number]

export class FileStage {
  readonly #folder: string
  readonly #setting: SealSetting
  #sealed: SealedFile[] = []
  #kept: ImportedFile[] = []
  #made = 0

  constructor(folder: string, setting: SealSetting) {
    this.#folder = folder
    this.#setting = setting
  }

  get sealed(): SealedFile[] {
    return this.#sealed
  }

  get kept(): readonly ImportedFile[] {
    return this.#kept
  }

  async seal(file: ImportedFile): Promise<void> {
    this.#sealed.push(await sealDataFile(file, this.#setting))
  }

  /** Takes the file over, unsealed. */
  async keep(file: ImportedFile): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const path = join(this.#folder, `kept-${++this.#made}.parquet`)
    await rename(file.path, path)
    await chmod(path, 0o400)
    this.#kept.push({ ...file, path })
  }

  /** Seals what was kept, as it is. */
  async sealKept(): Promise<void> {
    for (const file of this.#kept.splice(0)) {
      await this.seal(file)
      await rm(file.path, { force: true })
    }
  }

  /** Forgets everything: the load starts over. Objects that were stored already are swept as staged ones are. */
  async clear(): Promise<void> {
    this.#sealed = []
    for (const file of this.#kept.splice(0)) await rm(file.path, { force: true })
  }
}
