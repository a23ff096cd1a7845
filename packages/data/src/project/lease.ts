/**
 * The project's root key, unwrapped for at most 30 s at a time, and the keys opened with it. When the lease ends, every
 * buffer is overwritten; the next use asks the key provider again and fails when it refuses.
 */

import type { SealingKey } from '@keyhold/sealed/open'

/** Overwritten when the lease ends: copy what is used across an await. */
export type OpenKeys = {
  readonly root: Buffer
  /** Table keys opened under the root during this lease, by id. */
  readonly tables: Map<string, Uint8Array>
  /** Sealing keys imported during this lease, by id; their secrets are the runtime's to hold. */
  readonly sealing: Map<string, SealingKey>
}

export type LeaseOptions = {
  readonly unwrapRoot: () => Promise<Buffer>
  /** What depends on the keys must go: the provider refused or could not be asked. */
  readonly onRefused: () => void
  /** The lease has ended and was not renewed. */
  readonly onEnd?: () => void
  /** Milliseconds; at most 30,000. */
  readonly life?: number
}

const longestLife = 30_000

export class Lease {
  readonly #options: LeaseOptions
  readonly #life: number
  #keys: OpenKeys | undefined
  #asking: Promise<OpenKeys> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#life = Math.min(options.life ?? longestLife, longestLife)
  }

  /** A copy of the root key for the time of `use`. @throws the provider's refusal. */
  async withRoot<T>(use: (root: Uint8Array) => Promise<T>): Promise<T> {
    const root = Buffer.from((await this.keys()).root)
    try {
      return await use(root)
    } finally {
      root.fill(0)
    }
  }

  /** Keys that may be used now. @throws the provider's refusal. */
  async keys(): Promise<OpenKeys> {
    return this.#keys ?? (await this.renew())
  }

  /** Asks the provider again even though the lease still holds. @throws its refusal, after everything was wiped. */
  renew(): Promise<OpenKeys> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  /** Overwrites every key. */
  end(): void {
    this.#wipe()
    this.#options.onEnd?.()
  }

  #wipe(): void {
    clearTimeout(this.#timer)
    this.#keys?.root.fill(0)
    for (const key of this.#keys?.tables.values() ?? []) key.fill(0)
    this.#keys = undefined
  }

  async #ask(): Promise<OpenKeys> {
    try {
      const root = await this.#options.unwrapRoot()
      this.#wipe()
      this.#keys = { root, tables: new Map(), sealing: new Map() }
      this.#timer = setTimeout(() => this.end(), this.#life).unref()
      return this.#keys
    } catch (error) {
      this.end()
      this.#options.onRefused()
      throw error
    }
  }
}
