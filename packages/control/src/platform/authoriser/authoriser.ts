/**
 * Whose a secret is, asked of the authorising process by the secret's hash. Questions of one turn go as one batch. When
 * the process dies it is started again and asked again what it did not answer; who waits too long is refused. An answer
 * counts only if it is for the hash that was asked: nothing is allowed by default.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { startAuthoriserProcess, type AuthoriserProcess } from './authoriser-process.ts'
import { failAuthoriser } from './errors.ts'
import type { AuthoriserStart, HolderKind, Holders } from './protocol.ts'
import { createQuestions } from './questions.ts'

export type Authoriser = {
  /** Undefined when nobody has it. @throws `authoriser.away` after five seconds, `authoriser.busy` */
  readonly find: <K extends HolderKind>(kind: K, hash: Uint8Array) => Promise<Holders[K] | undefined>
  /** Resolves once the process has its database. @throws `authoriser.not_started` */
  readonly ready: () => Promise<void>
  /** Process id of the one now running. */
  readonly pid: () => number | undefined
  /** Ends the process; who still waits is refused. */
  readonly close: () => Promise<void>
}

/** Milliseconds that a question waits, restarts of the process included. */
const patience = 5_000
const startPatience = 15_000
const longestPause = 2_000

/** Starts the process; questions may be asked at once. `limit`: for tests. */
export function createAuthoriser(start: AuthoriserStart, log: Log, limit = patience): Authoriser {
  const questions = createQuestions(limit, () => running.kill())
  const firstReady = Promise.withResolvers<void>()
  const state = { ready: false, closed: false, sending: false, pause: 0 }
  let running = launch()

  function launch(): AuthoriserProcess {
    return startAuthoriserProcess(start, {
      onReady() {
        Object.assign(state, { ready: true, pause: 0 })
        firstReady.resolve()
        send()
      },
      onAnswered(answered) {
        if (questions.answer(answered)) return send()
        log.error('authoriser.wrong_answer', {})
        running.kill()
      },
      onEnd: (reason) => void recover(reason),
    })
  }
  async function recover(reason: { readonly exitCode: number | null; readonly signal: string | null }): Promise<void> {
    state.ready = false
    questions.takeBack()
    if (state.closed) return
    log.warn('authoriser.ended', reason)
    const wait = state.pause
    state.pause = Math.min(wait * 2 || 50, longestPause)
    await pause(wait)
    if (!isClosed()) running = launch()
  }
  const isClosed = () => state.closed
  function send(): void {
    state.sending = false
    if (!state.ready) return
    for (let batch = questions.takeBatch(); batch !== undefined; batch = questions.takeBatch()) running.ask(batch)
  }

  return {
    async find<K extends HolderKind>(kind: K, hash: Uint8Array) {
      if (state.closed) throw failAuthoriser('authoriser.away')
      const answering = questions.ask({ kind, hash: Buffer.from(hash).toString('base64') })
      // On the next turn, so that questions of the same turn find themselves together.
      if (!state.sending) setImmediate(send)
      state.sending = true
      return ((await answering) as Holders[K] | null) ?? undefined
    },
    ready() {
      const timer = setTimeout(() => firstReady.reject(failAuthoriser('authoriser.not_started')), startPatience)
      return firstReady.promise.finally(() => clearTimeout(timer))
    },
    pid: () => running.pid,
    async close() {
      state.closed = true
      questions.refuseAll()
      await running.stop()
    },
  }
}
