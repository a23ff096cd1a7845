import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every process below `root`, itself included, by the parent ids in /proc. */
export function listProcessTree(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = readParent(Number(name))
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [root]
  for (let index = 0; index < tree.length; index += 1) tree.push(...(children.get(tree[index] ?? 0) ?? []))
  return tree
}

function readParent(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

/** Proportional set size of a process in bytes; 0 when it is gone. Source: proc(5), smaps_rollup. */
function readPss(pid: number): number {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))
    return Number(match?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

const memoryFolder = '/dev/shm'

/** Bytes in the data plane's private memory file systems; their pages are in nobody's PSS unless mapped. */
function readWorkMemory(): number {
  const shared = statSync(memoryFolder).dev
  return readdirSync(memoryFolder)
    .map((name) => join(memoryFolder, name))
    .filter((path) => path.includes('keyhold') && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    .filter((path) => statSync(path).dev !== shared)
    .map((path) => statfsSync(path))
    .reduce((sum, stats) => sum + (stats.blocks - stats.bfree) * stats.bsize, 0)
}

/** PSS of process trees and the bytes in private memory file systems. */
export function readTotalMemory(roots: readonly number[]): number {
  const processes = roots.flatMap((root) => listProcessTree(root))
  return processes.reduce((sum, pid) => sum + readPss(pid), 0) + readWorkMemory()
}
