/** Bins of dates and timestamps: steps of clock and calendar, edges where a clock or calendar has them. */
import { floorDivide, mostBins, type Bins } from './number-bins.ts'

const second = 1_000_000n
const minute = 60n * second
const hour = 60n * minute
const day = 24n * hour
const below = [1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n]
const clockSteps = [
  ...below,
  ...below.map((step) => step * 1_000n),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((step) => step * second),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((step) => step * minute),
  ...[1n, 2n, 3n, 6n, 12n].map((step) => step * hour),
  day,
  2n * day,
]
const week = 7n * day
/** 1970-01-05, the first Monday. */
const firstMonday = 4n * day
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000]
/** Years 1 to 9999, which is what edges can be written for. */
const earliest = -62_135_596_800n * second
const latest = 253_402_300_799n * second

/**
 * @param low, high microseconds since 1970
 * @param type DATE or a timestamp's type
 */
export function planTimeBins(low: bigint, high: bigint, type: string): Bins | undefined {
  if (low < earliest || high > latest) return undefined
  const steps = type === 'DATE' ? [day, 2n * day] : clockSteps
  for (const step of steps) {
    const bins = planEven(low, high, step, 0n, type)
    if (bins) return bins
  }
  return planEven(low, high, week, firstMonday, type) ?? planMonths(low, high, type)
}

function planEven(low: bigint, high: bigint, step: bigint, origin: bigint, type: string): Bins | undefined {
  const first = floorDivide(low - origin, step)
  const count = Number(floorDivide(high - origin, step) - first) + 1
  if (count > mostBins) return undefined
  const start = origin + first * step
  return {
    expression: (value) => `(epoch_us(TRY_CAST(${value} AS TIMESTAMP)) - (${start}))::BIGINT // ${step}`,
    edges: Array.from({ length: count + 1 }, (_, index) => writeTime(start + BigInt(index) * step, type)),
  }
}

function planMonths(low: bigint, high: bigint, type: string): Bins | undefined {
  for (const step of monthSteps) {
    const first = Math.floor(monthOf(low) / step)
    const count = Math.floor(monthOf(high) / step) - first + 1
    if (count > mostBins) continue
    const start = first * step
    return {
      expression: (value) => `(${countMonths(`TRY_CAST(${value} AS TIMESTAMP)`)} - ${start}) // ${step}`,
      edges: Array.from({ length: count + 1 }, (_, index) => writeMonth(start + index * step, type)),
    }
  }
  return undefined
}

const countMonths = (value: string) => `(year(${value}) * 12 + month(${value}) - 1)`

function monthOf(microseconds: bigint): number {
  const date = new Date(Number(floorDivide(microseconds, 1_000n)))
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** As the engine writes it. */
function writeTime(microseconds: bigint, type: string): string {
  const milliseconds = floorDivide(microseconds, 1_000n)
  const [date = '', time = ''] = new Date(Number(milliseconds)).toISOString().split('T')
  if (type === 'DATE') return date
  const fraction = `${time.slice(9, 12)}${String(microseconds - milliseconds * 1_000n).padStart(3, '0')}`
  const behind = fraction.replace(/0+$/, '')
  return `${date} ${time.slice(0, 8)}${behind === '' ? '' : `.${behind}`}${zoneOf(type)}`
}

function writeMonth(month: number, type: string): string {
  const date = `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`
  return type === 'DATE' ? date : `${date} 00:00:00${zoneOf(type)}`
}

const zoneOf = (type: string) => (type === 'TIMESTAMP WITH TIME ZONE' ? '+00' : '')
