/** One data plane per folder, and the end of what a killed one left behind. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DataError } from '../errors.ts'
import { readJson, writeDurable } from '../platform/durable-file.ts'

/** `started` tells a process from a later one with the same id. */
type Noted = { readonly pid: number; readonly started: string }
type Content = { readonly main: Noted; readonly children: readonly Noted[] }

const patienceMs = 2_000

export class PidFile {
  readonly #path: string
  #content: Content

  private constructor(path: string) {
    this.#path = path
    this.#content = { main: note(process.pid), children: [] }
    this.#save()
  }

  /** Takes the folder for this process; children of a killed run are ended first. @throws `data.already_running` */
  static async take(folder: string): Promise<PidFile> {
    const path = join(folder, 'data.pid')
    const left = readJson(path) as Content | undefined
    if (left && isAlive(left.main) && left.main.pid !== process.pid) throw alreadyRunning()
    for (const child of left?.children ?? []) await endProcess(child)
    return new PidFile(path)
  }

  /** Notes the children that a kill of this process could leave. */
  setChildren(pids: readonly number[]): void {
    this.#content = { ...this.#content, children: pids.map(note) }
    this.#save()
  }

  remove(): void {
    rmSync(this.#path, { force: true })
  }

  #save(): void {
    writeDurable(this.#path, JSON.stringify(this.#content))
  }
}

/** Children end by themselves when their parent is gone; one that does not is killed. */
async function endProcess(child: Noted): Promise<void> {
  for (let waited = 0; isAlive(child); waited += 20) {
    if (waited >= patienceMs) process.kill(child.pid, 'SIGKILL')
    await delay(20)
  }
}

function note(pid: number): Noted {
  return { pid, started: readStart(pid) }
}

function isAlive({ pid, started }: Noted): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return readStart(pid) === started
}

/** Field 22 of /proc/<pid>/stat, start time in clock ticks; empty where there is no /proc, and for zombies. */
function readStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? '' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

function alreadyRunning(): DataError {
  return new DataError(
    'data.already_running',
    'Another data plane runs with this folder.',
    'Stop it first, or set KEYHOLD_HOME.',
  )
}
