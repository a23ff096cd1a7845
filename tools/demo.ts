/**
 * `npm run demo`: the main job, from start to stop, on real data, in a temporary home and on a free port.
 * Exit code 0 only if every step held; `--json` prints one JSON summary as the last line.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNarrator } from './demo/narrator.ts'
import { tellStory } from './demo/story.ts'

const json = process.argv.includes('--json')
const narrator = createNarrator((line) => (json ? console.error(line) : console.log(line)))
const folder = mkdtempSync(join(tmpdir(), 'keyhold-demo-'))
const started = performance.now()
let failure: string | undefined
try {
  await tellStory(narrator, folder)
} catch (error) {
  failure = error instanceof Error ? error.message : String(error)
  console.error(`\nThe demo did not hold: ${failure}`)
  process.exitCode = 2
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
narrator.say(failure === undefined ? `Every step held, in ${seconds} s.` : `Stopped after ${seconds} s.`)
if (json)
  console.log(JSON.stringify({ ok: failure === undefined, seconds, ...narrator.summary(), failure: failure ?? null }))
