/** Parts handed from whoever writes them to whoever parses them, at most so many waiting: the writer then pauses. */
export class PartQueue<T> implements AsyncIterable<T> {
  readonly #most: number
  readonly #items: T[] = []
  #ended = false
  #failure: unknown
  #wake = Promise.withResolvers<void>()

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves once there is room for another; false when nobody reads any more. */
  async put(item: T): Promise<boolean> {
    if (this.#ended) return false
    this.#items.push(item)
    this.#stir()
    while (this.#items.length > this.#most && !this.#ended) await this.#wake.promise
    return !this.#ended
  }

  /** No more will come; `failure` is thrown to the reader after what is there. */
  end(failure?: unknown): void {
    this.#ended = true
    this.#failure ??= failure
    this.#stir()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        const item = this.#items.shift()
        if (item !== undefined) {
          this.#stir()
          yield item
        } else if (this.#failure !== undefined) throw this.#failure
        else if (this.#ended) return
        else await this.#wake.promise
      }
    } finally {
      this.end()
    }
  }

  #stir(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }
}
