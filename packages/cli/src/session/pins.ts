/** What this client has seen and will not go back behind: sealing-key sets and log checkpoints (file `pins.json`). */
import { join } from 'node:path'
import { CliError, exitCodes } from '../errors.ts'
import { readPrivateJson, writePrivateFile } from './private-file.ts'

type SeenSet = { number: number; digest: string }
export type SeenLog = {
  verifierKey: string
  /** Key ids of data planes that may sign entries, as the anchor said. */
  dataPlanes: string[]
  /** The state that the last whole verification reached; `root` is base64. */
  verified: { size: number; root: string } | null
}
type Pins = { sets: Record<string, SeenSet>; logs: Record<string, SeenLog> }

/** Remembers the highest set of a project. Throws `anchor.set_rolled_back` for a lower one, or another of that number. */
export function advanceSet(home: string, anchor: string, project: string, seen: SeenSet): void {
  const pins = readPins(home)
  const key = `${anchor}/${project}`
  const known = pins.sets[key]
  if (
    known !== undefined &&
    (seen.number < known.number || (seen.number === known.number && seen.digest !== known.digest))
  ) {
    throw new CliError(
      'anchor.set_rolled_back',
      `the server gave sealing keys number ${seen.number} after number ${known.number} had been seen`,
      'do not go on: ask the operator why older keys are being served.',
      { exitCode: exitCodes.failed },
    )
  }
  if (known?.number === seen.number) return
  writePins(home, { ...pins, sets: { ...pins.sets, [key]: seen } })
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
