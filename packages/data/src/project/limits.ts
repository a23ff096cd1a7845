/** Bounds of one project process, from the machine that it runs on. */
import { availableParallelism, totalmem } from 'node:os'
import type { Limits } from '../engine/index.ts'

export type ProjectLimits = {
  readonly engine: Limits
  /** Working memory that is mounted for plaintext. */
  readonly workBytes: number
  readonly cacheBytes: number
  /** Ciphertext kept on disk. */
  readonly objectBytes: number
}

const gibibyte = 2 ** 30

export function chooseLimits(): ProjectLimits {
  const memory = totalmem()
  return {
    engine: {
      memoryBytes: Math.max(gibibyte / 2, Math.floor(memory / 4)),
      threads: availableParallelism(),
      timeMs: 600_000,
      resultBytes: 2 * gibibyte,
      scratchBytes: Math.max(gibibyte, Math.floor(memory / 8)),
    },
    workBytes: Math.floor(memory / 2),
    cacheBytes: Math.min(256 << 20, Math.floor(memory / 32)),
    objectBytes: 20 * gibibyte,
  }
}
