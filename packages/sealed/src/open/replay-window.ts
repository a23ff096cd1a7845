import { SealedError } from '../errors.ts'
import { maxMessages } from '../recipient-block.ts'

/** Remembers which message numbers of one conversation have been used; they may come in any order. */
export class ReplayWindow {
  readonly #used = new Uint8Array(maxMessages / 8)

  /** Marks a number as used. Throws `request.replayed` when it was already, `request.number_exhausted` out of range. */
  accept(number: number): void {
    if (!Number.isSafeInteger(number) || number < 0 || number >= maxMessages) {
      throw new SealedError('request.number_exhausted', 'A conversation has at most 65,536 messages')
    }
    const index = number >>> 3
    const bit = 1 << (number & 7)
    const byte = this.#used[index] ?? 0
    if ((byte & bit) !== 0) throw new SealedError('request.replayed', 'This message of the conversation came before')
    this.#used[index] = byte | bit
  }
}
