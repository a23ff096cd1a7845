/**
 * How PostgreSQL is started without being root. PostgreSQL refuses user id 0, and Keyhold adds no system user: as root
 * it runs in a user namespace (root outside is somebody else inside, so files keep their owner), and where the kernel or
 * the container forbids namespaces, under an unprivileged number with the data folder given to it.
 */
import { spawnSync } from 'node:child_process'
import { chownSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failPostgres } from './errors.ts'

/** Outside the ranges that distributions hand to people, services and containers' sub-ids. */
export const unprivilegedId = 2_147_000_042

/** `init` makes the cluster, `run` runs it. */
type Task = 'init' | 'run'

export type Launch = {
  readonly kind: 'direct' | 'user-namespace' | 'unprivileged-id'
  /** The program, arguments and ids that run a binary in this way. */
  readonly command: (task: Task, binary: string, args: readonly string[]) => LaunchCommand
  /** Gives a folder and what is in it to the user of the task. */
  readonly give: (task: Task, path: string) => void
}

export type LaunchCommand = {
  readonly file: string
  readonly args: string[]
  readonly ids: { readonly uid?: number; readonly gid?: number }
}

const plain: Launch = {
  kind: 'direct',
  command: (_task, file, args) => ({ file, args: [...args], ids: {} }),
  give: () => {},
}

const namespaced: Launch = {
  kind: 'user-namespace',
  command(_task, binary, args) {
    const id = findKnownUser()
    return {
      file: 'unshare',
      args: ['--user', `--map-user=${id}`, `--map-group=${id}`, '--', binary, ...args],
      ids: {},
    }
  },
  give: () => {},
}

const numbered: Launch = {
  kind: 'unprivileged-id',
  command(task, file, args) {
    const id = userOf(task)
    return { file, args: [...args], ids: { uid: id, gid: id } }
  },
  give: (task, path) => chownTree(path, userOf(task)),
}

/** The same with one capability kept: reading through folders that only root may enter (/root, a private home). */
const numberedReading: Launch = {
  ...numbered,
  command(task, binary, args) {
    const id = userOf(task)
    const capabilities = ['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+dac_read_search`)
    const who = [`--reuid=${id}`, `--regid=${id}`, '--clear-groups']
    return { file: 'setpriv', args: [...who, ...capabilities, '--no-new-privs', '--', binary, ...args], ids: {} }
  },
}

export const launchWays = { namespaced, numbered, numberedReading } as const

/**
 * The first way that works here, found by trial: the program starts, and its user can enter the folder.
 *
 * @throws `postgres.cannot_drop_root`
 */
export function chooseLaunch(
  postgres: string,
  folder: string,
  ways: readonly Launch[] = [namespaced, numbered, numberedReading],
): Launch {
  if (process.getuid?.() !== 0) return plain
  const found = ways.find((way) => works(way, postgres, folder))
  if (!found) throw failPostgres('postgres.cannot_drop_root')
  return found
}

function works(way: Launch, postgres: string, folder: string): boolean {
  way.give('run', folder)
  const trials = [
    way.command('run', postgres, ['--version']),
    // Looks for the server beside it and checks that by access(2), which a kept capability does not help.
    way.command('init', join(dirname(postgres), 'initdb'), ['--show', `--pgdata=${folder}`]),
    way.command('run', '/bin/sh', ['-c', 'cd "$0"', folder]),
  ]
  return trials.every(
    ({ file, args, ids }) => spawnSync(file, args, { ...ids, cwd: '/', stdio: 'ignore' }).status === 0,
  )
}

/** `initdb` looks its user up by name, so it needs one that the system knows; `postgres` takes any but root. */
function userOf(task: Task): number {
  return task === 'init' ? findKnownUser() : unprivilegedId
}

function findKnownUser(): number {
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([, , id]) => id !== undefined && /^[1-9]\d*$/.test(id))
  const found = entries.find(([name]) => name === 'nobody') ?? entries[0]
  if (!found) throw failPostgres('postgres.cannot_drop_root')
  return Number(found[2])
}

function chownTree(path: string, id: number): void {
  const status = lstatSync(path)
  if (status.uid !== id) chownSync(path, id, id)
  if (status.isDirectory()) for (const name of readdirSync(path)) chownTree(join(path, name), id)
}
