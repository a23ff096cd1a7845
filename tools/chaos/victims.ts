import { readdirSync, readFileSync } from 'node:fs'

/** What can be killed. `project` holds unwrapped keys, `engine` runs SQL, `postgres` is the embedded database's server. */
export const victims = ['client', 'control', 'data', 'project', 'engine', 'postgres', 'authoriser'] as const
export type Victim = (typeof victims)[number]

const patterns: Record<Exclude<Victim, 'client'>, RegExp> = {
  control: /control\/src\/app\/main\.ts/,
  data: /data\/src\/main\.ts/,
  project: /data\/src\/project\/main\.ts/,
  engine: /engine\/process\/|engine-process/,
  postgres: /bin\/postgres\b/,
  authoriser: /^keyhold authoriser/,
}

function readCommand(pid: number): { command: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    return { command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '), parent }
  } catch {
    return undefined
  }
}

/** Processes of one kind below this process: only what this run started is ever a victim. */
function findVictims(kind: Exclude<Victim, 'client'>): number[] {
  const processes = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const found = readCommand(Number(name))
        return found === undefined ? [] : [[Number(name), found] as const]
      }),
  )
  const isOurs = (pid: number): boolean => {
    for (let at = pid, steps = 0; at > 1 && steps < 64; at = processes.get(at)?.parent ?? 0, steps += 1) {
      if (at === process.pid) return true
    }
    return false
  }
  return [...processes].filter(([pid, { command }]) => patterns[kind].test(command) && isOurs(pid)).map(([pid]) => pid)
}

/** Kills all processes of a kind with SIGKILL; gives how many there were. */
export function killVictims(kind: Exclude<Victim, 'client'>): number {
  const pids = findVictims(kind)
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself in between.
    }
  }
  return pids.length
}
