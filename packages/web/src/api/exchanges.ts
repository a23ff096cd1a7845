/**
 * The last sealed requests and answers of this page, as they passed the control plane: the beginnings of their bytes, for
 * the operator's view. Kept in memory only, and nothing but ciphertext.
 */
import { measureHead } from '@keyhold/sealed'
import { useSyncExternalStore } from 'react'

/** A sealed message as it went over the wire: what its envelope says in clear, and the beginning of its ciphertext. */
export type Passed = {
  /** The context header's canonical JSON; '' where the answer was no sealed message. */
  readonly header: string
  readonly bytes: Uint8Array
  /** Of the whole message. */
  readonly length: number
}
export type Exchange = {
  readonly id: number
  readonly project: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly sent: Passed
  /** Null while it is on its way, or when no answer came. */
  readonly received: Passed | null
  readonly milliseconds: number | null
}

const mostExchanges = 12
const shownBytes = 768

let exchanges: readonly Exchange[] = []
let counter = 0
const listeners = new Set<() => void>()

function publish(next: readonly Exchange[]): void {
  exchanges = next
  for (const listener of listeners) listener()
}

/** What is kept of a message. */
export function describePassed(message: Uint8Array): Passed {
  const { length } = message
  try {
    const head = measureHead(message)
    const header = new TextDecoder().decode(message.subarray(9, 9 + readHeaderLength(message)))
    return { header, bytes: message.slice(head, head + shownBytes), length }
  } catch {
    // A refusal of the control plane's own is no sealed message.
    return { header: '', bytes: new Uint8Array(), length }
  }
}

function readHeaderLength(message: Uint8Array): number {
  return new DataView(message.buffer, message.byteOffset).getUint32(5)
}

/** Notes a request as it is sent; the answer is noted by what is returned. */
export function noteExchange(project: string, sent: Uint8Array): (received: Uint8Array) => void {
  const id = counter++
  const time = Date.now()
  const exchange = { id, project, time, sent: describePassed(sent), received: null, milliseconds: null }
  publish([exchange, ...exchanges].slice(0, mostExchanges))
  return (received) => {
    const done = { received: describePassed(received), milliseconds: Date.now() - time }
    publish(exchanges.map((each) => (each.id === id ? { ...each, ...done } : each)))
  }
}

/** Newest first; of all projects, since one operator has them all. */
export function useExchanges(): readonly Exchange[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => exchanges,
  )
}
