/** The page's side of the log's worker: one for the life of the shell. */
import { useEffect, useSyncExternalStore } from 'react'
import type { ListedEntry, LogFilter } from './log-book.ts'
import type { FromLog, OrganisationLog, SearchAnswer, ToLog, Whose } from './log-messages.ts'
import { firstState, type LogState } from './log-state.ts'

let worker: Worker | undefined
/** Starts the worker that waits for the page to have a moment. */
let hurry: (() => void) | undefined
let state: LogState = firstState
let counter = 0
const listeners = new Set<() => void>()
const waiting = new Map<number, (message: FromLog) => void>()

function publish(next: LogState): void {
  state = next
  for (const listener of listeners) listener()
}

function send(message: ToLog): void {
  if (worker === undefined) hurry?.()
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

/** Milliseconds after which the log is verified however busy the page is. */
const patience = 3_000

/**
 * Verifies and follows an organisation's log for as long as the component is there; only one log may be followed. Begins
 * when the page has a moment: what the person came for is fetched and drawn first.
 */
export function useLogWorker({ organisation, anchor, project }: OrganisationLog): void {
  useEffect(() => startLater({ organisation, anchor, project }), [organisation, anchor, project])
}

/** The same of the installation's own log. */
export function useInstallationLogWorker(): void {
  useEffect(() => startLater('installation'), [])
}

/** Gives what ends it, begun or not. */
function startLater(whose: Whose): () => void {
  let end: (() => void) | undefined
  const begin = (): void => {
    cancelIdleCallback(waits)
    hurry = undefined
    end = start(whose)
  }
  const waits = requestIdleCallback(begin, { timeout: patience })
  hurry = begin
  return () => {
    cancelIdleCallback(waits)
    hurry = undefined
    end?.()
  }
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
