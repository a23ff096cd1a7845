/** Drawings of one page, one a frame, so that no frame has to hold them all. */
const waiting: (() => void)[] = []
let scheduled = false

/** Runs `draw` in a frame of its own, after those that asked before. Returns what takes it back if it has not run. */
export function drawInTurn(draw: () => void): () => void {
  waiting.push(draw)
  schedule()
  return () => {
    const index = waiting.indexOf(draw)
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
