/** Ends the calls of those who lose the right to an answer while they wait for it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../errors.ts'
import type { Caller, OpenCalls } from './open-calls.ts'

/** A call as it goes along: its handler is done once it is `answered`, though bytes may still be on their way. */
export type CutState = { readonly cut: AbortSignal | undefined; readonly committed: boolean; answered: boolean }

/**
 * Keeps the call in the list of open ones until its last byte. `onBroken` hears of a cut when the answer was under way;
 * it could only be broken off then, while what waits is refused where it waits (`untilCut`).
 */
export function watchCall(
  openCalls: OpenCalls,
  caller: Caller,
  state: CutState,
  reply: FastifyReply,
  onBroken: (refusal: AppError) => void,
): AbortSignal {
  const { cut, end } = openCalls.open(caller)
  reply.raw.once('close', end)
  cut.addEventListener('abort', () => {
    if (!state.answered && !reply.raw.headersSent) return
    reply.raw.destroy()
    onBroken(cut.reason as AppError)
  })
  return cut
}

/** The handler's answer, or the refusal of a caller who was cut off meanwhile. What is committed is answered. */
export async function untilCut<T>(
  work: Promise<T>,
  state: CutState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<T> {
  const { cut } = state
  if (cut === undefined) return work
  const { promise: refused, reject } = Promise.withResolvers<never>()
  const refuse = () => {
    if (state.committed) return
    // Bytes that still arrive are nobody's.
    if (!request.raw.complete) {
      reply.header('connection', 'close')
      reply.raw.once('finish', () => request.raw.destroy())
    }
    reject(cut.reason as AppError)
  }
  if (cut.aborted) refuse()
  cut.addEventListener('abort', refuse, { once: true })
  try {
    return await Promise.race([work, refused])
  } finally {
    cut.removeEventListener('abort', refuse)
    state.answered = true
  }
}
