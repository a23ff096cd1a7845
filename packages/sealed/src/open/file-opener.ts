import { joinBytes } from '../bytes.ts'
import type { ContextExpectation, ContextHeader } from '../context-header.ts'
import { SealedError } from '../errors.ts'
import { measureHead, parseSealedHead, type SealedHead } from '../sealed-head.ts'
import { FloeOpener, SegmentOpener } from './floe-opener.ts'
import { openFileKey, type FileKeys } from './recipients.ts'

/** Authenticates a head and makes the opener of its segments. Throws the codes of `openFileKey` and FLOE headers. */
export async function openHead(head: SealedHead, keys: FileKeys, expected: ContextExpectation): Promise<SegmentOpener> {
  const fileKey = await openFileKey(head, keys, expected)
  return SegmentOpener.start(fileKey, head.contextDigest, head.floeHeader)
}

/**
 * Opens a sealed file that comes as chunks of any size. `push` gives verified plaintext only, and all but the final
 * segment of it: act on none before `finish` has returned the rest, since until then the file may be cut short.
 */
export class FileOpener {
  readonly #keys: FileKeys
  readonly #expected: ContextExpectation
  #head: SealedHead | undefined
  #body: FloeOpener | undefined
  #collected = new Uint8Array(0)
  #collectedLength = 0
  #queue: Promise<unknown> = Promise.resolve()

  constructor(keys: FileKeys, expected: ContextExpectation) {
    this.#keys = keys
    this.#expected = expected
  }

  /** The header, once it has been authenticated. */
  get header(): ContextHeader | undefined {
    return this.#body === undefined ? undefined : this.#head?.header
  }

  /** Verified plaintext of the segments that are now whole. Throws the codes of heads, recipients and segments. */
  async push(chunk: Uint8Array): Promise<Uint8Array[]> {
    return this.#inOrder(async () => {
      if (this.#body !== undefined) return this.#body.push(chunk)
      const rest = await this.#collectHead(chunk)
      return this.#pushBody(rest)
    })
  }

  /** The rest of the plaintext. Throws `header.truncated`, `floe.truncated` or `floe.segment_forged`. */
  async finish(): Promise<Uint8Array> {
    return this.#inOrder(async () => {
      if (this.#body === undefined) {
        throw new SealedError('header.truncated', 'The sealed file ends inside its head')
      }
      return this.#body.finish()
    })
  }

  /** The first chunk may still be waiting for a key when the next comes. A failed step fails all later ones. */
  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(step)
    this.#queue = result
    // Whoever awaits the result sees its failure.
    result.catch(() => undefined)
    return result
  }

  async #pushBody(rest: Uint8Array): Promise<Uint8Array[]> {
    return this.#body === undefined || rest.length === 0 ? [] : this.#body.push(rest)
  }

  /** Takes what the head lacks and gives what follows it. */
  async #collectHead(chunk: Uint8Array): Promise<Uint8Array> {
    let offset = 0
    for (;;) {
      const collected = this.#collected.subarray(0, this.#collectedLength)
      const needed = measureHead(collected)
      if (needed <= collected.length) {
        this.#head = await parseSealedHead(collected)
        this.#body = new FloeOpener(await openHead(this.#head, this.#keys, this.#expected))
        return chunk.subarray(offset)
      }
      const part = chunk.subarray(offset, offset + needed - collected.length)
      if (part.length === 0) return part
      this.#append(part, needed)
      offset += part.length
    }
  }

  #append(part: Uint8Array, needed: number): void {
    if (this.#collected.length < needed) {
      const grown = new Uint8Array(needed)
      grown.set(this.#collected.subarray(0, this.#collectedLength))
      this.#collected = grown
    }
    this.#collected.set(part, this.#collectedLength)
    this.#collectedLength += part.length
  }
}

/** The verified plaintext of a whole sealed file. Throws the codes of `FileOpener`. */
export async function openBytes(sealed: Uint8Array, keys: FileKeys, expected: ContextExpectation): Promise<Uint8Array> {
  return openBody(sealed, await parseSealedHead(sealed), keys, expected)
}

/** `openBytes` for who has parsed the head already. */
export async function openBody(
  sealed: Uint8Array,
  head: SealedHead,
  keys: FileKeys,
  expected: ContextExpectation,
): Promise<Uint8Array> {
  const opener = new FloeOpener(await openHead(head, keys, expected))
  const parts = await opener.push(sealed.subarray(head.length))
  const last = await opener.finish()
  return parts.length === 0 ? last : joinBytes([...parts, last])
}

/** Opens a stream; it fails, rather than ends, when the file was cut short. */
export function createOpenTransform(
  keys: FileKeys,
  expected: ContextExpectation,
): TransformStream<Uint8Array, Uint8Array> {
  const opener = new FileOpener(keys, expected)
  return new TransformStream<Uint8Array, Uint8Array>({
    transform: async (chunk, controller) => {
      for (const plaintext of await opener.push(chunk)) controller.enqueue(plaintext)
    },
    flush: async (controller) => {
      const last = await opener.finish()
      if (last.length > 0) controller.enqueue(last)
    },
  })
}
