/** A column's profile in words and bars. */
import type { ColumnProfile, ProfileBin } from '@keyhold/contract'
import { formatCount } from '../../ui/format.ts'

type Fact = readonly [name: string, value: string]

export function describeColumn(column: ColumnProfile, rows: number): readonly Fact[] {
  const { nulls, distinct, min, max, mean, median, shortest, longest } = column
  const share = rows === 0 ? 0 : (100 * nulls) / rows
  const facts: (Fact | undefined)[] = [
    ['Missing', nulls === 0 ? 'none' : `${formatCount(nulls)} (${formatShare(share)})`],
    distinct === null
      ? undefined
      : [
          'Different',
          `${distinct.exact ? '' : 'about '}${formatCount(distinct.count)}${distinct.count === rows && rows > 1 && nulls === 0 ? ', each once' : ''}`,
        ],
    min === null || max === null ? undefined : ['Range', min === max ? min : `${min} to ${max}`],
    mean === null ? undefined : ['Mean', shorten(mean)],
    median === null ? undefined : ['Median', shorten(median)],
    shortest === null || longest === null
      ? undefined
      : [
          'Length',
          shortest.length === longest.length ? `${longest.length}` : `${shortest.length} to ${longest.length}`,
        ],
  ]
  return facts.filter((fact) => fact !== undefined)
}

function formatShare(percent: number): string {
  if (percent > 0 && percent < 0.1) return 'under 0.1 %'
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** A mean has more digits than anyone reads. */
function shorten(number: string): string {
  const value = Number(number)
  return Number.isFinite(value) && number.length > 9 ? String(Number(value.toPrecision(6))) : number
}

type Bar = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Bars side by side; what is there at all can be seen. */
export function drawBars(bins: readonly ProfileBin[], width: number, height: number): readonly Bar[] {
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const step = width / bins.length
  return bins.map(({ count }, index) => {
    const tall = count === 0 ? 0 : Math.max(1.5, (count / most) * height)
    return { x: index * step, y: height - tall, width: Math.max(1, step - 1), height: tall }
  })
}

const usual = [
  'VARCHAR',
  'INTEGER',
  'BIGINT',
  'DOUBLE',
  'DECIMAL(18,2)',
  'DECIMAL(18,4)',
  'BOOLEAN',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP WITH TIME ZONE',
]

/** Types that a column can be given, its own among them. */
export function listTypes(own: string): string[] {
  return usual.includes(own) ? usual : [own, ...usual]
}
