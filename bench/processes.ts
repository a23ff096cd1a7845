import { readdirSync, readFileSync, statfsSync } from 'node:fs'

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

/** Bytes that a memory file system holds; its pages are in nobody's PSS unless mapped. */
function readFolderMemory(folder: string): number {
  const stats = statfsSync(folder)
  return (stats.blocks - stats.bfree) * stats.bsize
}

/** PSS of a process tree, plus the memory file system's bytes where one is named. */
export function readTreeMemory(root: number, workFolder: string | undefined): number {
  const processes = listProcessTree(root).reduce((sum, pid) => sum + readPss(pid), 0)
  return processes + (workFolder === undefined ? 0 : readFolderMemory(workFolder))
}
