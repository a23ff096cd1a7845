/** What this client has seen and will not go back behind: sealing-key sets and log checkpoints (file `pins.json`). */
import { join } from 'node:path'
import type { PinStore, SeenSet } from '@keyhold/client'
import { readPrivateJson, writePrivateFile } from './private-file.ts'

export type SeenLog = {
  verifierKey: string
  /** Key ids of data planes that may sign entries, as the anchor said. */
  dataPlanes: string[]
  /** The state that the last whole verification reached; `root` is base64. */
  verified: { size: number; root: string } | null
}
type Pins = { sets: Record<string, SeenSet>; logs: Record<string, SeenLog> }

/** The sets that this home has seen. */
export function openPins(home: string): PinStore {
  return {
    readSet: async (key) => readPins(home).sets[key],
    async writeSet(key, seen) {
      const pins = readPins(home)
      writePins(home, { ...pins, sets: { ...pins.sets, [key]: seen } })
    },
  }
}

/** What is remembered of the log with this origin. */
export function readSeenLog(home: string, origin: string): SeenLog | undefined {
  return readPins(home).logs[origin]
}

export function writeSeenLog(home: string, origin: string, seen: SeenLog): void {
  const pins = readPins(home)
  writePins(home, { ...pins, logs: { ...pins.logs, [origin]: seen } })
}

function readPins(home: string): Pins {
  const stored = readPrivateJson(join(home, 'pins.json')) as Partial<Pins> | undefined
  return { sets: stored?.sets ?? {}, logs: stored?.logs ?? {} }
}

function writePins(home: string, pins: Pins): void {
  writePrivateFile(join(home, 'pins.json'), JSON.stringify(pins, null, 2))
}
