/** Conversations with clients: opened by a client's first message, 10 minutes long, each message number once. */
import { DataError } from '../errors.ts'

export type Context<S> = { readonly session: S; readonly opened: number }

const lifeMs = 600_000
/** Kept after their end until no message that could be replayed into a new opening is still valid (60 s, 30 s of clocks). */
const keepMs = lifeMs + 120_000
/** Each holds some 8 KiB. */
const most = 4096

export class Contexts<S> {
  readonly #contexts = new Map<string, Context<S>>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** The session of a context; opened on first sight. @throws `context.unknown` after its 10 minutes */
  async find(id: string, open: () => Promise<S>): Promise<S> {
    const known = this.#contexts.get(id)
    if (known) return this.#usable(known)
    this.#forget()
    if (this.#contexts.size >= most) throw tooMany()
    const session = await open()
    const raced = this.#contexts.get(id)
    if (raced) return this.#usable(raced)
    this.#contexts.set(id, { session, opened: this.#now() })
    return session
  }

  clear(): void {
    this.#contexts.clear()
  }

  #usable(context: Context<S>): S {
    if (this.#now() - context.opened > lifeMs) throw unknown()
    return context.session
  }

  /** Contexts are in the order of their opening. */
  #forget(): void {
    for (const [id, context] of this.#contexts) {
      if (this.#now() - context.opened < keepMs) return
      this.#contexts.delete(id)
    }
  }
}

function unknown(): DataError {
  return new DataError(
    'context.unknown',
    'The conversation has ended.',
    'Open a new one; the client does so by itself.',
  )
}

function tooMany(): DataError {
  return new DataError('context.too_many', 'Too many conversations are open.', 'Try again in a minute.')
}
