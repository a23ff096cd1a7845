/**
 * Places that share nothing but links: each has its own network, mounts, processes, shared memory and host name, and
 * one folder of its own; the others' folders are hidden from it. Needs root, iproute2 and util-linux.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Place = {
  readonly name: string
  /** Network namespace. */
  readonly network: string
  /** The only folder of `Places.root` that it sees. */
  readonly folder: string
}

export type Inside = {
  readonly child: ChildProcessWithoutNullStreams
  /** Runs a program in the same namespaces as the child; its output, and its status in words when it failed. */
  readonly look: (command: string, ...args: string[]) => string
}

const searchPath = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`

/** Read-only programs, private memory, nothing of the others; then becomes the program. */
const enter = `
set -e
own=$1; shift
mount --bind "$own" "$own"
mount -t tmpfs -o mode=1777 shared /dev/shm
for other in $HIDDEN; do mount -t tmpfs -o size=4k,mode=0500 hidden "$other"; done
mount -o remount,bind,ro /
unset HIDDEN
cd "$own"
exec "$@"
`

export class Places {
  readonly root: string
  readonly #made: Place[] = []
  readonly #children: ChildProcessWithoutNullStreams[] = []

  /** @param root an existing folder that gets a folder for each place */
  constructor(root: string) {
    this.root = root
    removeLeftovers()
  }

  /** A place with nothing but its loopback. */
  add(name: string): Place {
    const network = `keyhold-${process.pid}-${name}`
    const place = { name, network, folder: join(this.root, name) }
    mkdirSync(place.folder, { mode: 0o700 })
    run('ip', 'netns', 'add', network)
    this.#made.push(place)
    run('ip', '-n', network, 'link', 'set', 'lo', 'up')
    return place
  }

  /** A cable between two places with an address at each end (`10.1.2.3/30`). Nothing is routed on. */
  link(from: Place, fromAddress: string, to: Place, toAddress: string): void {
    const [near, far] = [`to-${to.name}`, `to-${from.name}`]
    run('ip', 'link', 'add', near, 'netns', from.network, 'type', 'veth', 'peer', 'name', far, 'netns', to.network)
    const ends = [
      [from, near, fromAddress],
      [to, far, toAddress],
    ] as const
    for (const [{ network }, device, address] of ends) {
      run('ip', '-n', network, 'address', 'add', address, 'dev', device)
      run('ip', '-n', network, 'link', 'set', device, 'up')
      run('ip', 'netns', 'exec', network, 'sysctl', '-qw', 'net.ipv4.ip_forward=0')
    }
  }

  /** Starts a program as the first process of its place. It dies with this one. */
  start(place: Place, command: readonly string[], environment: NodeJS.ProcessEnv = {}): Inside {
    const hidden = this.#made.filter((other) => other !== place).map(({ folder }) => folder)
    const walls = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc', '--ipc']
    const unshare = ['unshare', ...walls, '--uts', '--', '/bin/sh', '-c', enter, 'enter', place.folder]
    const child = spawn('ip', ['netns', 'exec', place.network, ...unshare, ...command], {
      stdio: 'pipe',
      env: { PATH: searchPath, HIDDEN: hidden.join(' '), ...environment },
    })
    child.stdin.on('error', () => undefined)
    this.#children.push(child)
    return { child, look: (...look) => lookInside(child.pid ?? 0, look) }
  }

  /** Ends what still runs and takes the networks away. */
  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const gone = once(child, 'exit')
      // The first process of a process namespace takes all others with it.
      process.kill(innerPid(child.pid ?? 0) ?? child.pid ?? 0, 'SIGKILL')
      await gone
    }
    for (const { network } of this.#made) spawnSync('ip', ['netns', 'delete', network], { env: { PATH: searchPath } })
  }
}

/** Networks of a run that was killed; their processes ended with its pipes. */
function removeLeftovers(): void {
  for (const [network, pid] of run('ip', 'netns', 'list').matchAll(/^keyhold-(\d+)-\w+/gm))
    if (!existsSync(`/proc/${pid}`)) run('ip', 'netns', 'delete', network)
}

/** Runs a program and answers its output. Throws with what it complained of. */
export function run(command: string, ...args: string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { PATH: searchPath } })
  if (result.status === 0) return result.stdout
  throw new Error(`${command} ${args.join(' ')}: ${result.error?.message ?? result.stderr.trim()}`)
}

function lookInside(outer: number, look: readonly string[]): string {
  const target = innerPid(outer)
  if (target === undefined) throw new Error('nothing runs there any more')
  const args = ['--target', `${target}`, '--mount', '--net', '--pid', '--ipc', '--uts', '--', ...look]
  const { status, stdout, stderr } = spawnSync('nsenter', args, { encoding: 'utf8', env: { PATH: searchPath } })
  return status === 0 ? stdout : `failed: ${stderr.trim()}${stdout.trim()}`
}

/** `unshare --fork` stays outside; its child is the first process inside. */
function innerPid(outer: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').trim()
    return children === '' ? undefined : Number(children.split(' ')[0])
  } catch {
    return undefined
  }
}
