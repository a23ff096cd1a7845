/**
 * Slows guessing: ten wrong attempts in five minutes for each account and each block of addresses (KEB-15). In memory
 * and bounded. An attempt counts from its beginning, so that a thousand at the same moment are not a thousand guesses.
 */
import { isIPv6 } from 'node:net'
import { failHttp } from '../../platform/http/errors.ts'

const mostWrong = 10
const window = 5 * 60_000
const mostKeys = 20_000

export type Attempts = {
  /** Counts an attempt under all keys; the function given takes it back when it was right. @throws `rate.limited` */
  readonly begin: (keys: readonly string[]) => () => void
}

export function createAttempts(clock: () => number): Attempts {
  const times = new Map<string, number[]>()

  function recent(key: string, now: number): number[] {
    return (times.get(key) ?? []).filter((time) => now - time < window)
  }
  function begin(keys: readonly string[]): () => void {
    const now = clock()
    const waits = keys.map((key) => waitFor(recent(key, now), now))
    const wait = Math.max(...waits)
    if (wait > 0) throw failHttp('rate.limited', { retryAfter: Math.ceil(wait / 1000) })
    for (const key of keys) store(key, [...recent(key, now), now])
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
  return { begin }
}

/** Milliseconds until the oldest attempt leaves the window; 0 while there is room. */
function waitFor(recent: readonly number[], now: number): number {
  const oldest = recent[recent.length - mostWrong]
  return oldest === undefined ? 0 : oldest + window - now
}

/** The block that one customer of a network usually has: /24 of IPv4, /56 of IPv6. */
export function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+)\.\d+$/i.exec(address)?.[1]
  if (mapped !== undefined) return `${mapped}.0/24`
  if (!isIPv6(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last]
  const [a = '0', b = '0', c = '0', d = '0'] = groups.map((group) => Number.parseInt(group, 16).toString(16))
  return `${a}:${b}:${c}:${(Number.parseInt(d, 16) & 0xff00).toString(16)}::/56`
}
