/**
 * How PostgreSQL is started without being root. PostgreSQL refuses user id 0, and Keyhold adds no system user: as root
 * it runs in a user namespace (root outside is user 1000 inside, so files keep their owner), and where the kernel or
 * the container forbids namespaces, under an unprivileged number with the data folder given to it.
 */
import { spawnSync } from 'node:child_process'
import { chownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { failPostgres } from './errors.ts'

/** Outside the ranges that distributions hand to people, services and containers' sub-ids. */
const unprivilegedId = 2_147_000_042

export type Launch = {
  readonly kind: 'direct' | 'user-namespace' | 'unprivileged-id'
  /** The program and arguments that run `binary` with `args` in this way. */
  readonly wrap: (binary: string, args: readonly string[]) => { readonly file: string; readonly args: string[] }
  /** Options for `spawn`. */
  readonly ids: { readonly uid?: number; readonly gid?: number }
  /** Gives a folder and what is in it to the user that PostgreSQL runs as. */
  readonly give: (folder: string) => void
}

const direct = (binary: string, args: readonly string[]) => ({ file: binary, args: [...args] })
const keep = () => {}

const plain: Launch = { kind: 'direct', wrap: direct, ids: {}, give: keep }

const namespaced: Launch = {
  kind: 'user-namespace',
  wrap: (binary, args) => ({
    file: 'unshare',
    args: ['--user', '--map-user=1000', '--map-group=1000', '--', binary, ...args],
  }),
  ids: {},
  give: keep,
}

const numbered: Launch = {
  kind: 'unprivileged-id',
  wrap: direct,
  ids: { uid: unprivilegedId, gid: unprivilegedId },
  give: (folder) => chownTree(folder, unprivilegedId),
}

/** The same with one capability kept: reading through folders that only root may enter (/root, a private home). */
const numberedReading: Launch = {
  ...numbered,
  wrap: (binary, args) => ({
    file: 'setpriv',
    args: [
      `--reuid=${unprivilegedId}`,
      `--regid=${unprivilegedId}`,
      '--clear-groups',
      '--inh-caps=-all,+dac_read_search',
      '--ambient-caps=-all,+dac_read_search',
      '--bounding-set=-all,+dac_read_search',
      '--no-new-privs',
      '--',
      binary,
      ...args,
    ],
  }),
  ids: {},
}

/**
 * The first way that works here, found by trial with `postgres --version`.
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
  const version = way.wrap(postgres, ['--version'])
  const enter = way.wrap('/bin/sh', ['-c', 'cd "$0"', folder])
  return [version, enter].every(({ file, args }) => spawnSync(file, args, { ...way.ids, stdio: 'ignore' }).status === 0)
}

function chownTree(path: string, id: number): void {
  const status = lstatSync(path)
  if (status.uid !== id) chownSync(path, id, id)
  if (status.isDirectory()) for (const name of readdirSync(path)) chownTree(join(path, name), id)
}

export const launchWays = { namespaced, numbered, numberedReading }
