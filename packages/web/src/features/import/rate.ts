/** How fast it goes and how long it takes, from what was heard so far. */
export type Pace = { readonly bytesPerSecond: number; readonly secondsLeft: number }

/** Of the last seconds, so that a change of speed shows soon. */
const windowMs = 6_000
const leastMs = 400

type Reading = { readonly at: number; readonly done: number }

export class RateMeter {
  #readings: Reading[] = []

  /** `at` in milliseconds. A smaller count than before starts anew. */
  add(at: number, done: number): void {
    const last = this.#readings.at(-1)
    if (last !== undefined && done < last.done) this.#readings = []
    this.#readings.push({ at, done })
    while (this.#readings.length > 2 && at - (this.#readings[0]?.at ?? at) > windowMs) this.#readings.shift()
  }

  /** Undefined until something can be said. */
  measure(total: number): Pace | undefined {
    const first = this.#readings[0]
    const last = this.#readings.at(-1)
    if (first === undefined || last === undefined || last.at - first.at < leastMs) return undefined
    const bytesPerSecond = ((last.done - first.done) / (last.at - first.at)) * 1000
    return bytesPerSecond <= 0 ? undefined : { bytesPerSecond, secondsLeft: (total - last.done) / bytesPerSecond }
  }
}
