/** Heavy pieces of one page, one a frame, so that no frame has to hold them all. */
import { useEffect, useState } from 'react'

const waiting: (() => void)[] = []
let scheduled = false

/** Runs `work` in a frame of its own, after those that asked before. Returns what takes it back if it has not run. */
export function runInTurn(work: () => void): () => void {
  waiting.push(work)
  schedule()
  return () => {
    const index = waiting.indexOf(work)
    if (index >= 0) waiting.splice(index, 1)
  }
}

function schedule(): void {
  if (scheduled || waiting.length === 0) return
  scheduled = true
  requestAnimationFrame(() => {
    scheduled = false
    waiting.shift()?.()
    schedule()
  })
}

/** False at first, true from a frame of one's own on: what it guards is rendered after what asked before. */
export function useTurn(): boolean {
  const [come, setCome] = useState(false)
  useEffect(() => runInTurn(() => setCome(true)), [])
  return come
}
