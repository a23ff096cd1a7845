import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Shell } from '../tools/testing/shell.ts'
import type { Figure } from './figure.ts'
import { readTotalMemory } from './processes.ts'

const startScript = fileURLToPath(new URL('../tools/start.ts', import.meta.url))
const settleMs = 15_000

/** Starts `tools/start.ts` as a person would and resolves with the seconds until it says that it is ready. */
async function startUntilReady(home: string) {
  const started = performance.now()
  const child = spawn(process.execPath, [startScript], {
    env: { ...process.env, KEYHOLD_HOME: home, KEYHOLD_PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const until = async (pattern: RegExp) => {
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      const match = pattern.exec(line.value)
      if (match) return match[0]
    }
    throw new Error('The start ended before it was ready.')
  }
  await until(/Keyhold is ready/)
  return { child, seconds: (performance.now() - started) / 1000, until }
}

/** An installation in use: its project's process and one spare engine are started with it. */
async function setUp(shell: string, link: string): Promise<void> {
  const owner = new Shell(shell, { KEYHOLD_PASSWORD: 'a long password for measuring' })
  await owner.json(['setup', link, '--email', 'owner@example.org', '--organisation', 'Bench', '--project', 'One'])
}

async function measureStart(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-bench-'))
  const home = join(folder, 'home')
  const seconds: number[] = []
  let memory = 0
  for (const run of ['first', 'second', 'third', 'fourth']) {
    const { child, seconds: ready, until } = await startUntilReady(home)
    if (run === 'first') await setUp(join(folder, 'shell'), await until(/https:\S+#\S+/))
    else seconds.push(ready)
    if (run === 'fourth') {
      // Idle is measured when the spare engine is up and start-up garbage has been collected, if it ever is.
      await wait(settleMs)
      memory = readTotalMemory([child.pid ?? 0])
    }
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
  const ready = seconds.sort((a, b) => a - b)[1] ?? Number.NaN
  return [
    {
      name: 'start.ready_s',
      value: round(ready, 2),
      unit: 's',
      budget: '≤ 5',
      note: 'median of three later starts, from process start',
    },
    {
      name: 'idle.memory_mb',
      value: round(memory / 1e6, 0),
      unit: 'MB',
      budget: '≤ 400',
      note: 'PSS of supervisor, planes, a project’s process, database and one spare engine, 15 s after ready',
    },
  ]
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

export const benchmarks = { 'start.ready_s idle.memory_mb': measureStart }
