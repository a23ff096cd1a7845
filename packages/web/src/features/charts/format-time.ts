/** Dates and moments on axes and in sentences. All in UTC: the engine's times have no other zone. */

export type TimeUnit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const dayMs = 86_400_000
const two = (value: number): string => String(value).padStart(2, '0')

/** The coarsest unit that all instants are whole in: what a date_trunc made, or else what the data is. */
export function findTimeUnit(instants: readonly number[]): TimeUnit {
  const dates = instants.map((instant) => new Date(instant))
  if (dates.some((date) => date.getTime() % dayMs !== 0)) return findClockUnit(instants)
  if (dates.every((date) => date.getUTCDate() === 1)) {
    if (dates.every((date) => date.getUTCMonth() === 0) && dates.length > 1) return 'year'
    return dates.length > 2 && dates.every((date) => date.getUTCMonth() % 3 === 0) ? 'quarter' : 'month'
  }
  const first = instants[0] ?? 0
  const weekly = instants.length > 2 && instants.every((instant) => (instant - first) % (7 * dayMs) === 0)
  return weekly ? 'week' : 'day'
}

function findClockUnit(instants: readonly number[]): TimeUnit {
  if (instants.every((instant) => instant % 3_600_000 === 0)) return 'hour'
  return instants.every((instant) => instant % 60_000 === 0) ? 'minute' : 'second'
}

/** An instant as precisely as its unit says: 2024, Q1 2024, Mar 2024, 3 Mar 2024, 3 Mar 2024 14:05. */
export function formatInstant(instant: number, unit: TimeUnit): string {
  const date = new Date(instant)
  const year = String(date.getUTCFullYear())
  if (unit === 'year') return year
  if (unit === 'quarter') return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${year}`
  const month = months[date.getUTCMonth()] ?? ''
  if (unit === 'month') return `${month} ${year}`
  const day = `${date.getUTCDate()} ${month} ${year}`
  if (unit === 'day' || unit === 'week') return day
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
  return `${day} ${clock}${unit === 'second' ? `:${two(date.getUTCSeconds())}` : ''}`
}

/** The next instant of that unit: calendar months and years, plain lengths below. */
function nextInstant(instant: number, unit: TimeUnit): number {
  const date = new Date(instant)
  const step = { year: 12, quarter: 3, month: 1 }[unit as 'year' | 'quarter' | 'month']
  if (step !== undefined) return date.setUTCMonth(date.getUTCMonth() + step)
  const lengths = { week: 7 * dayMs, day: dayMs, hour: 3_600_000, minute: 60_000, second: 1000 }
  return instant + lengths[unit as keyof typeof lengths]
}

/** Sorted instants with those between put in, so that a gap is seen; unchanged when that would be more than `most`. */
export function fillInstants(sorted: readonly number[], unit: TimeUnit, most = 400): readonly number[] {
  const last = sorted.at(-1)
  if (sorted[0] === undefined || last === undefined) return sorted
  const known = new Set(sorted)
  const filled: number[] = []
  let met = 0
  for (let instant = sorted[0]; instant <= last; instant = nextInstant(instant, unit)) {
    if (filled.length === most) return sorted
    filled.push(instant)
    if (known.has(instant)) met++
  }
  return met === known.size ? filled : sorted
}
