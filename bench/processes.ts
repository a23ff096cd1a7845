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
export function readPss(pid: number): number {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))
    return Number(match?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** Bytes that a memory file system holds; its pages are in nobody's PSS unless mapped. */
export function readFolderMemory(folder: string): number {
  const stats = statfsSync(folder)
  return (stats.blocks - stats.bfree) * stats.bsize
}

/** PSS of a process tree plus the memory file system's bytes. */
export function readTreeMemory(root: number, workFolder: string): number {
  return listProcessTree(root).reduce((sum, pid) => sum + readPss(pid), 0) + readFolderMemory(workFolder)
}

/** Samples the memory of a process tree every 50 ms until stopped; gives the peak in bytes. */
export function watchPeakMemory(root: number, workFolder: string): { stop: () => number } {
  let peak = 0
  const sample = () => {
    peak = Math.max(peak, readTreeMemory(root, workFolder))
  }
  sample()
  const timer = setInterval(sample, 50)
  return {
    stop: () => {
      clearInterval(timer)
      sample()
      return peak
    },
  }
}
