/** Days since 1970-01-01 (UTC) and their text; nothing here depends on the machine's time zone. */
const dayMs = 86_400_000

export function dayOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / dayMs
}

/** `2024-02-29`. */
export function formatDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

/** 0 is Monday. */
export function weekdayOf(day: number): number {
  return (day + 3) % 7
}

/** 0 is January. */
export function monthOf(day: number): number {
  return new Date(day * dayMs).getUTCMonth()
}

/** `08:05`, from minutes since midnight. */
export function formatMinute(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
