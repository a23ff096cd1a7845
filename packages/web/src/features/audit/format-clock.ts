const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeStyle: undefined })

/** The time of day to the second; of another day than today with that day: `14:03:07`, `25 Nov 14:03:07`. */
export function formatClock(time: string, now: Date = new Date()): string {
  const date = new Date(time)
  const today = date.toDateString() === now.toDateString()
  return today ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`
}
