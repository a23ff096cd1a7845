/** Loads, verifies, follows and searches the log beside the page's own thread. */
import { fetchDataPlaneKey } from '@keyhold/client'
import { ApiError } from '@keyhold/contract'
import { splitLines } from '@keyhold/ledger'
import { api, plainApi } from '../../api/client.ts'
import { openLogExport } from '../../api/log-export.ts'
import { pins, readLog, writeLog } from '../../api/store.ts'
import { LogKeeper, type KeeperPorts } from './log-keeper.ts'
import type { FromLog, OrganisationLog, ToLog, Whose } from './log-messages.ts'

/** So that a busy log is not asked for without pause. */
const pauseMs = 1_500
const awayMs = 5_000

const say = (message: FromLog, transfer: Transferable[] = []): void => postMessage(message, { transfer })
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

let keeper: LogKeeper | undefined
let names: ReadonlyMap<string, string> = new Map()
let waiting = new AbortController()
let visible = Promise.withResolvers<void>()
visible.resolve()

type Source = Omit<KeeperPorts, 'now' | 'publish'>

const readOrganisation = (whose: OrganisationLog): Source => ({
  readCheckpoint: () => api.call('readCheckpoint', {}),
  listEntries: async (query, signal) => {
    const { entries } = await api.call('listEntries', { query, ...(signal === undefined ? {} : { signal }) })
    return entries
  },
  readDataPlaneKeys: async () => [await fetchDataPlaneKey({ ...whose, api }, pins, Date.now())],
  exportLines: () => splitLines(openLogExport('/v1/audit/export')),
  readSeen: () => readLog(whose.organisation),
  writeSeen: (seen) => writeLog(whose.organisation, seen),
})

/** No data plane writes into it. */
const installation: Source = {
  readCheckpoint: () => plainApi.call('readInstallationCheckpoint', {}),
  listEntries: async (query, signal) => {
    const options = signal === undefined ? {} : { signal }
    return (await plainApi.call('listInstallationEntries', { query, ...options })).entries
  },
  readDataPlaneKeys: async () => [],
  exportLines: () => splitLines(openLogExport('/v1/operators/ledger/export')),
  readSeen: () => readLog('installation'),
  writeSeen: (seen) => writeLog('installation', seen),
}

const makePorts = (whose: Whose): KeeperPorts => ({
  ...(whose === 'installation' ? installation : readOrganisation(whose)),
  now: () => Date.now(),
  publish: (state) => say({ kind: 'state', state }),
})

async function follow(log: LogKeeper): Promise<never> {
  for (;;) {
    await visible.promise
    try {
      await log.verify()
      await pause(pauseMs)
      await log.waitForNews(waiting.signal)
    } catch (error) {
      // A page that is not looked at, or wants the whole log, interrupts the waiting.
      if (waiting.signal.aborted) waiting = new AbortController()
      else {
        log.publishAway()
        const signedOut = error instanceof ApiError && error.problem.status === 401
        await pause(signedOut ? 12 * awayMs : awayMs)
      }
    }
  }
}

function setVisible(next: boolean): void {
  if (next) visible.resolve()
  else {
    visible = Promise.withResolvers()
    waiting.abort()
  }
}

addEventListener('message', ({ data }: MessageEvent<ToLog>) => {
  if (data.kind === 'start') {
    keeper = new LogKeeper(makePorts(data.whose))
    void follow(keeper)
  } else if (data.kind === 'visible') setVisible(data.visible)
  else if (data.kind === 'names') names = data.names
  else if (keeper === undefined) return
  else if (data.kind === 'whole') {
    if (keeper.askWhole()) waiting.abort()
  } else if (data.kind === 'search') {
    const { book } = keeper
    const { indices, routine } = book.search(data.filter, names)
    say({ kind: 'found', id: data.id, answer: { indices, routine, actions: book.listActions() } }, [indices.buffer])
  } else {
    const { book } = keeper
    const entries = data.indices.flatMap((index) => book.get(index) ?? [])
    say({ kind: 'entries', id: data.id, entries })
  }
})
