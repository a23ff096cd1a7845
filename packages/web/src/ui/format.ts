/** Quantities as people read them. The same words in lists, headers and charts. */

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal units with three digits: `1.25 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return `${value.toFixed(digits)} ${units[unit]}`
}

const counts = new Intl.NumberFormat('en-GB')

/** A whole number with groups of three: `3,000,000`. */
export function formatCount(count: number | bigint): string {
  return counts.format(count)
}

/** `1 table`, `2 tables`. */
export function formatQuantity(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

const shortNumber = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** For axes and tiles: `1.25M`. */
export function formatShort(value: number): string {
  return shortNumber.format(value)
}

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** A point in time in this browser's zone: `25 Nov 2026, 14:03`. */
export function formatMoment(time: string): string {
  return moment.format(new Date(time))
}

const ages = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' })
const steps = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 7],
  ['week', 5],
] as const

/** How long ago: `3 minutes ago`; beyond a month the moment itself. */
export function formatAge(time: string, now: number): string {
  let value = (Date.parse(time) - now) / 1000
  // A page's clock ticks seldom, and the server's may be ahead: what is a little in the future has just happened.
  if (value > -10 && value < 60) return 'just now'
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) return ages.format(Math.round(value), unit)
    value /= size
  }
  return formatMoment(time)
}

/** Seconds as people say them: `0.4 s`, `3 min 5 s`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 0.995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
