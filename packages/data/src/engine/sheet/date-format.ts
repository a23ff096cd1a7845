/** Which number formats show a date, and the date that a number of days stands for (ECMA-376, part 1, 18.8.30 and 18.17.4). */

/** Whether a format shows a date, a date with a time, or a time of day alone. */
export type DateKind = 'date' | 'time'

const dayMs = 86_400_000
/** Days from 1899-12-30, where 1900 is taken for a leap year, to 1970-01-01; and from 1904-01-01. */
const daysBefore1970 = { from1900: 25_569, from1904: 24_107 }
/** 9999-12-31. */
const lastDay = 2_958_465

const builtInDates = [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58]
const builtInTimes = [18, 19, 20, 21, 32, 33, 45, 47]

/** Null for a format that shows no date; elapsed times such as [h]:mm stay numbers of days. */
export function isDateFormat(id: number, code: string | undefined): DateKind | null {
  if (code === undefined) return builtInDates.includes(id) ? 'date' : builtInTimes.includes(id) ? 'time' : null
  const [positive = ''] = code.split(';')
  if (/\[[hms]+\]/i.test(positive)) return null
  const bare = positive
    .replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
    .replaceAll(/general|am\/pm|a\/p/gi, '')
    .toLowerCase()
  if (/[#0?]/.test(bare.replaceAll(/s[.,]0+/g, ''))) return null
  if (/[yd]/.test(bare) || /^[^hs]*m[^hs]*$/.test(bare)) return 'date'
  return /[hs]/.test(bare) ? 'time' : null
}

/** ISO text of a day number, with the time when it has one; null for a number that is no date. */
export function formatSerial(serial: number, is1904: boolean, kind: DateKind): string | null {
  if (!(serial >= 0 && serial < lastDay + 1)) return null
  if (kind === 'time' && serial < 1) return formatTime(Math.round(serial * dayMs))
  // The day that never was, and the days before it, which are one off.
  if (!is1904 && serial >= 60 && serial < 61) return null
  const shifted = !is1904 && serial < 60 ? serial + 1 : serial
  if (!is1904 && serial < 1) return null
  const ms = Math.round((shifted - (is1904 ? daysBefore1970.from1904 : daysBefore1970.from1900)) * dayMs)
  const iso = new Date(ms).toISOString()
  return ms % dayMs === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${shorten(iso.slice(11, 23))}`
}

function formatTime(ms: number): string {
  return shorten(new Date(Math.min(ms, dayMs - 1)).toISOString().slice(11, 23))
}

const shorten = (time: string): string => time.replace(/\.000$/, '')
