/** Requests under way, where a streamed response finds the client that waits for it. */
import type { Readable } from 'node:stream'
import { failRequest } from './errors.ts'

/** Most requests under way of one project. */
const mostPerProject = 256

/** A response as the data plane posts it. */
type PostedResponse = {
  readonly outcome: string
  /** The header Content-Length. */
  readonly length: string | undefined
  readonly content: Readable
}
export type StreamedResponse = PostedResponse & {
  /** Told how the passing on ended. */
  readonly settle: (error?: Error) => void
}

export type WaitingRequests = {
  /** @throws `request.too_many` */
  readonly add: (request: { id: string; organisation: string; project: string }) => Waiting
  /** Hands a streamed response to its client; resolves when the client has all of it. @throws `request.unknown`, `request.client_gone`, `request.response_lost` */
  readonly deliver: (organisation: string, id: string, response: PostedResponse) => Promise<void>
}

export type Waiting = {
  readonly streamed: Promise<StreamedResponse>
  /** Ends the wait; a response that comes now is refused. */
  readonly end: () => void
}

type Entry = { readonly organisation: string; readonly resolve: (response: StreamedResponse) => void }

export function createWaitingRequests(): WaitingRequests {
  const entries = new Map<string, Entry>()
  const counts = new Map<string, number>()

  function add(request: { id: string; organisation: string; project: string }): Waiting {
    const count = counts.get(request.project) ?? 0
    if (count >= mostPerProject) throw failRequest('request.too_many', { retryAfter: 1 })
    counts.set(request.project, count + 1)
    const { promise, resolve } = Promise.withResolvers<StreamedResponse>()
    entries.set(request.id, { organisation: request.organisation, resolve })
    let ended = false
    const end = () => {
      if (ended) return
      ended = true
      entries.delete(request.id)
      const left = (counts.get(request.project) ?? 1) - 1
      if (left === 0) counts.delete(request.project)
      else counts.set(request.project, left)
    }
    return { streamed: promise, end }
  }
  function deliver(organisation: string, id: string, response: PostedResponse): Promise<void> {
    const entry = entries.get(id)
    // One response for each request: the second finds nobody.
    if (entry?.organisation !== organisation || !entries.delete(id)) throw failRequest('request.unknown')
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => (error === undefined ? resolve() : reject(error))
      entry.resolve({ ...response, settle })
    })
  }
  return { add, deliver }
}
