import { primitives } from '#crypto'
import { encodeBase64url, joinBytes } from './bytes.ts'
import type { Sha256Stream } from './crypto/primitives.ts'
import { keyholdParameters } from './floe/parameters.ts'

/**
 * The hash by which a sealed file is known while it travels in pieces: SHA-256 over the SHA-256 digests of the head and
 * of each segment. Takes the file's bytes in chunks of any size.
 */
export class ContentDigest {
  readonly #digests: Uint8Array[] = []
  #current: Sha256Stream | undefined
  #wanted: number
  #queue: Promise<void> = Promise.resolve()

  /** `headLength` is what the file has before its first segment; `digests` are those of a resumed file's pieces. */
  constructor(headLength: number, digests: readonly Uint8Array[] = []) {
    this.#digests.push(...digests)
    this.#wanted = digests.length === 0 ? headLength : keyholdParameters.segmentLength
  }

  /** SHA-256 of the head and of each segment that is whole, 32 bytes each. */
  get digests(): readonly Uint8Array[] {
    return this.#digests
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#queue = this.#queue.then(() => this.#update(chunk))
    return this.#queue
  }

  /** Base64url digest of the whole. */
  async finish(): Promise<string> {
    await this.#queue
    await this.#close()
    return encodeBase64url(await primitives.sha256(joinBytes(this.#digests)))
  }

  async #update(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      const part = chunk.subarray(offset, offset + this.#wanted)
      this.#current ??= primitives.startSha256()
      this.#current.update(part)
      this.#wanted -= part.length
      offset += part.length
      if (this.#wanted === 0) await this.#close()
    }
  }

  async #close(): Promise<void> {
    if (this.#current === undefined) return
    this.#digests.push(await this.#current.digest())
    this.#current = undefined
    this.#wanted = keyholdParameters.segmentLength
  }
}
