/** The private folder where plaintext lives while engines work: memory that is never swapped where the kernel has it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'

export type WorkFolder = {
  readonly path: string
  readonly kind: 'noswap-tmpfs' | 'tmpfs' | 'disk'
  /** What is weaker than it should be, for a failing control; absent when nothing is. */
  readonly finding?: string
  /** Deletes the folder and unmounts it. Safe to call twice. */
  readonly remove: () => void
}

export type WorkFolderOptions = {
  /** Tells this data plane's folders from others' on the machine: letters, digits and dashes. */
  readonly name: string
  /** Bound of a mounted tmpfs, in bytes. */
  readonly sizeBytes: number
  /** Kinds that may be used, best first; all when absent. */
  readonly kinds?: readonly WorkFolder['kind'][]
}

/** `TMPFS_MAGIC` of linux/magic.h. */
const tmpfsMagic = 0x01021994
const memoryFolder = '/dev/shm'
const mountCommand = 'mount'
const unmountCommand = 'umount'

/** Makes an empty folder of mode 0700, after cleaning up what a killed run of the same name left behind. */
export function openWorkFolder(options: WorkFolderOptions): WorkFolder {
  const kinds = options.kinds ?? ['noswap-tmpfs', 'tmpfs', 'disk']
  for (const root of [memoryFolder, tmpdir()]) removeLeftovers(root, options.name)
  for (const kind of kinds) {
    const folder = makers[kind](options)
    if (folder === null) continue
    writeFileSync(pidFileOf(folder.path), String(process.pid), { mode: 0o600 })
    return folder
  }
  throw new Error('No work folder could be made')
}

type Maker = (options: WorkFolderOptions) => WorkFolder | null

const makers: Readonly<Record<WorkFolder['kind'], Maker>> = {
  'noswap-tmpfs': mountNoswap,
  tmpfs: makeInMemory,
  disk: makeOnDisk,
}

function makeFolder(root: string, name: string): string {
  const path = `${root}/keyhold-${name}-${process.pid}-${Date.now().toString(36)}`
  mkdirSync(path, { mode: 0o700 })
  return path
}

const pidFileOf = (path: string): string => `${path}.pid`

function mountNoswap(options: WorkFolderOptions): WorkFolder | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const path = makeFolder(existsSync(memoryFolder) ? memoryFolder : tmpdir(), options.name)
  const settings = `noswap,nodev,nosuid,noexec,mode=0700,size=${options.sizeBytes}`
  const result = spawnSync(mountCommand, ['-t', 'tmpfs', '-o', settings, 'keyhold', path], { stdio: 'ignore' })
  if (result.status === 0) return { path, kind: 'noswap-tmpfs', remove: () => removeFolder(path) }
  rmSync(path, { recursive: true, force: true })
  return null
}

function makeInMemory(options: WorkFolderOptions): WorkFolder | null {
  if (!existsSync(memoryFolder) || !isTmpfs(memoryFolder)) return null
  const path = makeFolder(memoryFolder, options.name)
  const finding = 'Working memory is tmpfs without noswap: if the machine swaps, plaintext can reach its disk.'
  return { path, kind: 'tmpfs', finding, remove: () => removeFolder(path) }
}

function makeOnDisk(options: WorkFolderOptions): WorkFolder {
  const path = makeFolder(tmpdir(), options.name)
  const finding = 'There is no memory file system: plaintext is written to a disk while engines work.'
  return { path, kind: 'disk', finding, remove: () => removeFolder(path) }
}

function isTmpfs(path: string): boolean {
  return statfsSync(path).type === tmpfsMagic
}

/** Folders whose process is gone. One of a live process is another data plane's: it is left alone. */
function removeLeftovers(root: string, name: string): void {
  for (const entry of listNames(root)) {
    const pid = new RegExp(`^keyhold-${name}-(\\d+)-[0-9a-z]+$`).exec(entry)?.[1]
    if (pid === undefined || isAlive(Number(pid), `${root}/${entry}`)) continue
    removeFolder(`${root}/${entry}`)
  }
}

/** Empty where the folder cannot be read: then there is nothing of ours to find. */
function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** A process id may have been given out again since: then it is not the one of the pid file's start. */
function isAlive(pid: number, path: string): boolean {
  try {
    if (Number(readFileSync(pidFileOf(path), 'utf8')) !== pid) return false
  } catch {
    // Made but not yet marked: only its own process can be at that.
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function removeFolder(path: string): void {
  if (existsSync(path) && isMountPoint(path)) spawnSync(unmountCommand, ['-l', path], { stdio: 'ignore' })
  rmSync(path, { recursive: true, force: true })
  rmSync(pidFileOf(path), { force: true })
}

function isMountPoint(path: string): boolean {
  try {
    return readFileSync('/proc/self/mounts', 'utf8').includes(` ${path} `)
  } catch {
    return false
  }
}
