/** Calls in both directions over any channel that carries whole messages in order. */
import type { LinkFrame } from '@keyhold/contract'
import { DataError, describeRefusal } from '../errors.ts'
import { decodeMessage, encodeMessage } from './message.ts'

/** Methods with their types, such as `ControlMethods` of the contract. */
export type MethodTable = Record<string, { params: unknown; result: unknown }>
export type Reply<R> = { result: R; body?: Uint8Array }
export type Handlers<M extends MethodTable> = {
  [K in keyof M]: (params: M[K]['params'], body: Uint8Array) => Promise<Reply<M[K]['result']>>
}
export type NoteHandlers = Record<string, (params: unknown) => void>

type Pending = { resolve: (reply: { result: unknown; body: Uint8Array }) => void; reject: (error: Error) => void }
type AnyHandler = (params: unknown, body: Uint8Array) => Promise<Reply<unknown>>

/** Answers `Own` methods and calls `Other` ones. */
export class Peer<Own extends MethodTable, Other extends MethodTable> {
  readonly #send: (message: Buffer) => void
  readonly #handlers: Map<string, AnyHandler>
  readonly #notes: NoteHandlers
  readonly #pending = new Map<number, Pending>()
  #next = 1
  #ended: Error | undefined

  constructor(send: (message: Buffer) => void, handlers: Handlers<Own>, notes: NoteHandlers = {}) {
    this.#send = send
    this.#handlers = new Map(Object.entries(handlers))
    this.#notes = notes
  }

  /** @throws the other side's refusal as a DataError with its code; `link.lost` when the channel ended. */
  call<K extends keyof Other & string>(
    method: K,
    params: Other[K]['params'],
    body?: Uint8Array,
  ): Promise<{ result: Other[K]['result']; body: Uint8Array }> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      const id = this.#next++
      this.#pending.set(id, { resolve, reject })
      this.#send(encodeMessage({ t: 'call', id, method, params }, body))
    })
  }

  /** Sends without expecting an answer; lost when the channel has ended. */
  note(method: string, params: unknown): void {
    if (!this.#ended) this.#send(encodeMessage({ t: 'note', method, params }))
  }

  /** Takes one message. @throws `link.malformed`, after which the channel should be closed. */
  receive(bytes: Buffer): void {
    const { frame, body } = decodeMessage(bytes)
    if (frame.t === 'note') this.#notes[frame.method]?.(frame.params)
    else if (frame.t === 'call') void this.#answer(frame, body)
    else this.#settle(frame, body)
  }

  /** Rejects what waits, and every later call. */
  end(error: Error = lost()): void {
    this.#ended ??= error
    for (const { reject } of this.#pending.values()) reject(this.#ended)
    this.#pending.clear()
  }

  #settle(frame: LinkFrame & { t: 'reply' | 'problem' }, body: Uint8Array): void {
    const pending = this.#pending.get(frame.id)
    this.#pending.delete(frame.id)
    if (frame.t === 'reply') pending?.resolve({ result: frame.result, body })
    else pending?.reject(new DataError(frame.code, frame.message, frame.remedy ?? ''))
  }

  async #answer(frame: LinkFrame & { t: 'call' }, body: Uint8Array): Promise<void> {
    const answer = await this.#handle(frame, body)
    if (!this.#ended) this.#send(answer)
  }

  async #handle(frame: LinkFrame & { t: 'call' }, body: Uint8Array): Promise<Buffer> {
    try {
      const handler = this.#handlers.get(frame.method)
      if (!handler)
        throw new DataError(
          'link.unknown_method',
          'The method is not known here.',
          'Run the same version on both planes.',
        )
      const reply = await handler(frame.params, body)
      return encodeMessage({ t: 'reply', id: frame.id, result: reply.result }, reply.body)
    } catch (error) {
      const { code, message, remedy } = describeRefusal(error)
      return encodeMessage({ t: 'problem', id: frame.id, code, message, remedy })
    }
  }
}

function lost(): DataError {
  return new DataError('link.lost', 'The connection was lost.', 'Try again in a few seconds.')
}
