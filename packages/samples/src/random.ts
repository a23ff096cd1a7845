/**
 * Random numbers that are the same everywhere for the same seed: 32-bit whole-number arithmetic only, since engines differ
 * in the last digit of exponentials and sines.
 */
export type Random = {
  /** A whole number from 0 to 2^32 - 1. */
  bits(): number
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number
  /** A whole number between both, about bell-shaped. */
  between(least: number, most: number): number
  /** True `share` times out of a thousand. */
  oftenOf(share: number): boolean
  pick<T>(from: readonly T[]): T
}

/** sfc32 (Chris Doty-Humphrey, "PractRand"), seeded by three numbers. */
export function seedRandom(seed: number, stream: number, item = 0): Random {
  let [a, b, c, counter] = [mix(seed), mix(stream ^ 0x9e3779b9), mix(item ^ 0x85ebca6b), 1]
  const bits = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let turn = 0; turn < 8; turn++) bits()
  const below = (limit: number): number => Math.floor((bits() / 4_294_967_296) * limit)
  return {
    bits,
    below,
    between: (least, most) =>
      least + Math.floor(((below(1024) + below(1024) + below(1024)) * (most - least + 1)) / 3070),
    oftenOf: (share) => below(1000) < share,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
  }
}

/** Spreads a number over all 32 bits (the finaliser of MurmurHash3). */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Picks by weight in one comparison a step; weights are whole numbers. */
export function weigh<T>(entries: readonly (readonly [item: T, weight: number])[]): (random: Random) => T {
  const sums: number[] = []
  let total = 0
  for (const [, weight] of entries) sums.push((total += weight))
  return (random) => {
    const at = random.below(total)
    let low = 0
    for (let high = sums.length - 1; low < high;) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) > at) high = middle
      else low = middle + 1
    }
    return (entries[low] as readonly [T, number])[0]
  }
}
