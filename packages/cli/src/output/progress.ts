import type { Clock, Output } from '../command.ts'
import { formatBytes, formatDuration } from './sizes.ts'

/** One line that shows how far something is: redrawn on a terminal, a plain line now and then elsewhere. */
export type Progress = {
  update(done: number, total: number, note?: string): void
  /** Clears the line; what follows begins at its start. */
  end(): void
}

const redrawMs = 100
const plainMs = 5_000
const barWidth = 24

export function startProgress(output: Output, clock: Clock, label: string): Progress {
  const began = clock.now()
  let shown = output.isTerminal ? 0 : began
  let drawn = false
  let first: number | undefined
  let last = -1

  const update = (done: number, total: number, note = ''): void => {
    first ??= done
    const now = clock.now()
    if (now - shown < (output.isTerminal ? redrawMs : plainMs) || (done === last && !output.isTerminal)) return
    shown = now
    last = done
    const rate = (done - first) / Math.max(0.001, (now - began) / 1000)
    const line = describeProgress(label, { done, total, rate, note }, output.isTerminal)
    void output.write(output.isTerminal ? `\r\x1b[K${line.slice(0, Math.max(20, output.width - 1))}` : `${line}\n`)
    drawn = true
  }
  const end = (): void => {
    if (drawn && output.isTerminal) void output.write('\r\x1b[K')
    drawn = false
  }
  return { update, end }
}

type State = { done: number; total: number; rate: number; note: string }

function describeProgress(label: string, { done, total, rate, note }: State, bar: boolean): string {
  const share = total === 0 ? 0 : Math.min(1, done / total)
  const filled = Math.round(share * barWidth)
  const parts = [
    label,
    ...(bar ? [`▕${'█'.repeat(filled)}${' '.repeat(barWidth - filled)}▏`] : []),
    `${Math.floor(share * 100)} %`,
    `${formatBytes(done)} of ${formatBytes(total)}`,
    ...(rate > 0 ? [`${formatBytes(rate)}/s`, `${formatDuration((total - done) / rate)} left`] : []),
    ...(note === '' ? [] : [note]),
  ]
  return parts.join('  ')
}
