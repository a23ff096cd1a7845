/** The link: always one socket, opened again whenever it drops. */
import { setTimeout as delay } from 'node:timers/promises'
import type { ControlMethods } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import type { Log } from '../platform/log.ts'
import { openSocket, type OpenSocket, type SocketOptions } from './socket.ts'

export type LinkOptions = SocketOptions & {
  readonly log: Log
  /** Called after each hello, before calls of others go out. */
  readonly onUp: (socket: OpenSocket) => Promise<void>
}

const longestPause = 5_000
const waitForUp = 10_000

export class Link {
  readonly #options: LinkOptions
  readonly #stop = new AbortController()
  #socket: OpenSocket | undefined
  #up = Promise.withResolvers<OpenSocket>()
  readonly #running: Promise<void>

  constructor(options: LinkOptions) {
    this.#options = options
    this.#up.promise.catch(() => {})
    this.#running = this.#run()
  }

  /** Resolves once a hello has succeeded. */
  ready(): Promise<unknown> {
    return this.#up.promise
  }

  /** Calls the control plane; waits up to 10 s for a connection. @throws `link.lost`, `link.away`, or its refusal. */
  async call<K extends keyof ControlMethods>(
    method: K,
    params: ControlMethods[K]['params'],
  ): Promise<ControlMethods[K]['result']> {
    const socket = this.#socket ?? (await this.#waitForUp())
    return (await socket.peer.call(method, params)).result
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#socket?.close()
    this.#up.reject(away())
    await this.#running
  }

  async #waitForUp(): Promise<OpenSocket> {
    const abort = new AbortController()
    const late = delay(waitForUp, undefined, { signal: abort.signal, ref: false }).then(() => Promise.reject(away()))
    late.catch(() => {})
    try {
      return await Promise.race([this.#up.promise, late])
    } finally {
      abort.abort()
    }
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#stop.signal.aborted) {
      const held = await this.#hold()
      failures = held ? 0 : failures + 1
      await this.#pause(failures)
    }
  }

  /** One connection from hello to its end; false when it did not come up. */
  async #hold(): Promise<boolean> {
    const socket = await this.#open()
    if (!socket) return false
    await socket.closed
    this.#socket = undefined
    this.#up = Promise.withResolvers<OpenSocket>()
    this.#up.promise.catch(() => {})
    this.#options.log('link.down')
    return true
  }

  async #open(): Promise<OpenSocket | undefined> {
    try {
      const socket = await openSocket(this.#options)
      await this.#options.onUp(socket)
      this.#socket = socket
      this.#up.resolve(socket)
      this.#options.log('link.up')
      if (this.#stop.signal.aborted) socket.close()
      return socket
    } catch (error) {
      this.#options.log('link.failed', {}, error)
      return undefined
    }
  }

  /** At once after a drop, then 0.1 s doubling to 5 s, each shortened at random so that many do not come together. */
  async #pause(failures: number): Promise<void> {
    if (failures === 0) return
    const pause = Math.min(longestPause, 100 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2)
    await delay(pause, undefined, { signal: this.#stop.signal }).catch(() => {})
  }
}

function away(): DataError {
  return new DataError(
    'link.away',
    'The control plane is not connected.',
    'It reconnects by itself; try again in a few seconds.',
  )
}
