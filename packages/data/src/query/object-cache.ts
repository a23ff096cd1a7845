/** Ciphertext of data files on this machine's disk: fetched once, checked against the manifest, oldest used goes first. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Manifest } from '@keyhold/contract'
import { objectForged } from '../link/control-http.ts'

type DataFile = Manifest['files'][number]
type Fetch = (object: string, length: number) => Promise<AsyncIterable<Uint8Array>>

export class ObjectCache {
  readonly #folder: string
  readonly #limit: number
  readonly #fetch: Fetch
  /** Length by object, least recently used first. */
  readonly #kept = new Map<string, number>()
  readonly #fetching = new Map<string, Promise<string>>()
  #bytes = 0

  /** Files left by an earlier run are used again; half-fetched ones are ignored. */
  constructor(folder: string, limit: number, fetch: Fetch) {
    this.#folder = folder
    this.#limit = limit
    this.#fetch = fetch
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = readdirSync(folder).filter((name) => !name.includes('.'))
    for (const name of found) this.#keep(name, statSync(join(folder, name)).size)
  }

  /** Path of the object's ciphertext. @throws `object.forged` when the bytes are not those of the manifest. */
  async path(file: DataFile): Promise<string> {
    if (this.#kept.get(file.object) === file.length) return this.#touch(file.object)
    const running =
      this.#fetching.get(file.object) ?? this.#fill(file).finally(() => this.#fetching.delete(file.object))
    this.#fetching.set(file.object, running)
    return running
  }

  /**
   * Keeps ciphertext that passes by on its way to the store, so that the first query need not fetch it again. A failure
   * to write only means that it will be fetched.
   */
  async *keepPassing(object: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const temporary = join(this.#folder, `${object}.new`)
    const handle = await open(temporary, 'w', 0o600).catch(() => undefined)
    let written: number | undefined = 0
    try {
      for await (const chunk of chunks) {
        if (handle && written !== undefined) written = await appendOrGiveUp(handle, chunk, written)
        yield chunk
      }
    } finally {
      await handle?.close()
    }
    if (!written) return
    await rename(temporary, join(this.#folder, object))
    this.#keep(object, written)
    await this.#makeRoom(object)
  }

  async #fill(file: DataFile): Promise<string> {
    const temporary = join(this.#folder, `${file.object}.new`)
    const hash = createHash('sha256')
    const handle = await open(temporary, 'w', 0o600)
    let length = 0
    try {
      for await (const chunk of await this.#fetch(file.object, file.length)) {
        length += chunk.length
        hash.update(chunk)
        await handle.writeFile(chunk)
      }
    } finally {
      await handle.close()
    }
    if (length !== file.length || hash.digest('base64url') !== file.digest) {
      await rm(temporary, { force: true })
      throw objectForged()
    }
    await rename(temporary, join(this.#folder, file.object))
    this.#keep(file.object, file.length)
    await this.#makeRoom(file.object)
    return join(this.#folder, file.object)
  }

  #keep(object: string, length: number): void {
    this.#bytes += length - (this.#kept.get(object) ?? 0)
    this.#kept.delete(object)
    this.#kept.set(object, length)
  }

  #touch(object: string): string {
    this.#keep(object, this.#kept.get(object) ?? 0)
    return join(this.#folder, object)
  }

  async #makeRoom(wanted: string): Promise<void> {
    for (const [object, length] of this.#kept) {
      if (this.#bytes <= this.#limit) return
      if (object === wanted) continue
      this.#kept.delete(object)
      this.#bytes -= length
      await rm(join(this.#folder, object), { force: true })
    }
  }
}

async function appendOrGiveUp(handle: FileHandle, chunk: Uint8Array, written: number): Promise<number | undefined> {
  try {
    await handle.writeFile(chunk)
    return written + chunk.length
  } catch {
    return undefined
  }
}
