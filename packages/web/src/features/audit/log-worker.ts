/** The page's side of the log's worker: one for the life of the shell. */
import { useEffect, useSyncExternalStore } from 'react'
import type { ListedEntry, LogFilter } from './log-book.ts'
import type { FromLog, SearchAnswer, ToLog, Whose } from './log-messages.ts'
import { firstState, type LogState } from './log-state.ts'

let worker: Worker | undefined
let state: LogState = firstState
let counter = 0
const listeners = new Set<() => void>()
const waiting = new Map<number, (message: FromLog) => void>()

function publish(next: LogState): void {
  state = next
  for (const listener of listeners) listener()
}

function send(message: ToLog): void {
  worker?.postMessage(message, [])
}

function start(whose: Whose): () => void {
  const started = new Worker(new URL('./log.worker.ts', import.meta.url), { type: 'module', name: 'log' })
  worker = started
  started.addEventListener('message', ({ data }: MessageEvent<FromLog>) => {
    if (data.kind === 'state') return publish(data.state)
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  })
  const tellVisible = (): void => send({ kind: 'visible', visible: document.visibilityState === 'visible' })
  document.addEventListener('visibilitychange', tellVisible)
  send({ kind: 'start', whose })
  tellVisible()
  return () => {
    document.removeEventListener('visibilitychange', tellVisible)
    started.terminate()
    waiting.clear()
    worker = undefined
    publish(firstState)
  }
}

/** Verifies and follows the log for as long as the component is there; only one may be. */
export function useLogWorker({ organisation, anchor, project }: Whose): void {
  useEffect(() => start({ organisation, anchor, project }), [organisation, anchor, project])
}

/** What is known of the log; renders again as it is verified and grows. */
export function useLogState(): LogState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}

/** Asks for every entry, however long the log. */
export function askWholeLog(): void {
  send({ kind: 'whole' })
}

/** Names by which entries can be found; they stay in this browser. */
export function tellNames(names: ReadonlyMap<string, string>): void {
  send({ kind: 'names', names })
}

export function searchLog(filter: LogFilter): Promise<SearchAnswer> {
  const id = counter++
  return new Promise((resolve) => {
    waiting.set(id, (message) => message.kind === 'found' && resolve(message.answer))
    send({ kind: 'search', id, filter })
  })
}

export function readLogEntries(indices: readonly number[]): Promise<readonly ListedEntry[]> {
  const id = counter++
  return new Promise((resolve) => {
    waiting.set(id, (message) => message.kind === 'entries' && resolve(message.entries))
    send({ kind: 'read', id, indices })
  })
}
