/**
 * Counts wrong attempts for each account and each block of addresses (KEB-15). In memory and bounded. An attempt counts
 * from its beginning, so that a thousand at the same moment are not a thousand guesses. Nobody is ever locked out: the
 * count says how much work is asked for before the next one.
 */
import { isIPv6 } from 'node:net'
import { failHttp } from '../../platform/http/errors.ts'

const freeAttempts = 10
/** Attempts after which the work doubles again. */
const attemptsPerLevel = 10
const window = 5 * 60_000
const mostKeys = 20_000

/** The hardest: what is asked for in the midst of an attack must still let the owner in. */
export const highestLevel = 5

export type Attempts = {
  /** 0 while there are fewer than ten under each key within five minutes; then 1, doubling up to `highestLevel`. */
  readonly level: (keys: readonly string[]) => number
  /** Counts an attempt under all keys; the function given takes it back when it was right. */
  readonly begin: (keys: readonly string[]) => () => void
}

export function createAttempts(clock: () => number): Attempts {
  const times = new Map<string, number[]>()

  function recent(key: string, now: number): number[] {
    return (times.get(key) ?? []).filter((time) => now - time < window)
  }
  function begin(keys: readonly string[]): () => void {
    const now = clock()
    for (const key of keys)
      store(key, [...recent(key, now), now].slice(-freeAttempts - attemptsPerLevel * highestLevel))
    return () => {
      for (const key of keys) takeBack(key, now)
    }
  }
  function store(key: string, kept: number[]): void {
    times.delete(key)
    if (kept.length > 0) times.set(key, kept)
    if (times.size > mostKeys) times.delete(times.keys().next().value as string)
  }
  function takeBack(key: string, time: number): void {
    const kept = times.get(key) ?? []
    const at = kept.indexOf(time)
    if (at >= 0) store(key, kept.toSpliced(at, 1))
  }
  return {
    level(keys) {
      const now = clock()
      return levelOf(Math.max(0, ...keys.map((key) => recent(key, now).length)))
    },
    begin,
  }
}

/** For calls that ask for no work: from the tenth wrong attempt on they are refused. */
export type LimitedAttempts = {
  /** Counts an attempt under all keys; the function given takes it back when it was right. @throws `rate.limited` */
  readonly begin: (keys: readonly string[]) => () => void
}

export function createLimitedAttempts(clock: () => number): LimitedAttempts {
  const attempts = createAttempts(clock)
  return {
    begin(keys) {
      if (attempts.level(keys) > 0) throw failHttp('rate.limited', { retryAfter: window / 1000 })
      return attempts.begin(keys)
    },
  }
}

function levelOf(count: number): number {
  if (count < freeAttempts) return 0
  return Math.min(highestLevel, 1 + Math.floor((count - freeAttempts) / attemptsPerLevel))
}

/** The block that one customer of a network usually has: /24 of IPv4, /64 of IPv6. */
export function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+)\.\d+$/i.exec(address)?.[1]
  if (mapped !== undefined) return `${mapped}.0/24`
  if (!isIPv6(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last]
  const [a = '0', b = '0', c = '0', d = '0'] = groups.map((group) => Number.parseInt(group, 16).toString(16))
  return `${a}:${b}:${c}:${d}::/64`
}
