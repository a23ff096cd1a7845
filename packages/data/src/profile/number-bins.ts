/** Bins of numbers: a round step, edges at its multiples. */

/** `expression` gives the bin of a value, from 0; `edges` has one more than there are bins. */
export type Bins = { readonly expression: (value: string) => string; readonly edges: readonly string[] }

export const mostBins = 24

/** Bins of integers from `low` to `high`; undefined where the engine's widest signed integer does not hold them. */
export function planIntegerBins(low: bigint, high: bigint): Bins | undefined {
  const widest = 1n << 126n
  if (high > widest || low < -widest) return undefined
  const step = roundStep(low, high)
  const first = floorDivide(low, step)
  const count = Number(floorDivide(high, step) - first) + 1
  const start = first * step
  return {
    expression: (value) => `(CAST(${value} AS HUGEINT) - (${start}))::HUGEINT // ${step}`,
    edges: Array.from({ length: count + 1 }, (_, index) => String(start + BigInt(index) * step)),
  }
}

/** Bins of other numbers. The engine compares them as doubles, which is exact enough for a picture. */
export function planRealBins(low: number, high: number): Bins | undefined {
  if (!Number.isFinite(low) || !Number.isFinite(high) || !Number.isFinite(high - low)) return undefined
  const width = high - low
  // Beyond this, edges would not differ in what a double holds.
  if (width < 1e-290 || width < Math.max(Math.abs(low), Math.abs(high)) * 1e-9) {
    return { expression: () => '0', edges: [String(low), String(high)] }
  }
  const step = roundRealStep(low, high)
  const first = Math.floor(low / step)
  const count = Math.max(1, Math.ceil(high / step) - first)
  const start = first * step
  return {
    expression: (value) =>
      `least(greatest(floor((CAST(${value} AS DOUBLE) - (${start}::DOUBLE)) / ${step}::DOUBLE), 0), ${count - 1})`,
    edges: Array.from({ length: count + 1 }, (_, index) => String(Number(((first + index) * step).toPrecision(12)))),
  }
}

/** 1, 2 or 5 times a power of ten: the smallest that needs no more than the most bins. */
function roundStep(low: bigint, high: bigint): bigint {
  for (let power = 1n; ; power *= 10n) {
    for (const factor of [1n, 2n, 5n]) {
      const step = factor * power
      if (floorDivide(high, step) - floorDivide(low, step) < BigInt(mostBins)) return step
    }
  }
}

function roundRealStep(low: number, high: number): number {
  const power = 10 ** Math.floor(Math.log10((high - low) / mostBins))
  for (const factor of [1, 2, 2.5, 5, 10, 20, 25]) {
    const step = factor * power
    if (Math.ceil(high / step) - Math.floor(low / step) <= mostBins) return step
  }
  return 50 * power
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
