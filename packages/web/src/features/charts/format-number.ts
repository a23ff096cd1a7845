/** Numbers for people: on axes short, elsewhere whole. */
import type { NumberStyle } from '@keyhold/contract'

export type NumberFormat = {
  /** For axes: 1.2k, 3M, 25 %. */
  readonly short: (value: number) => string
  /** With all digits that matter: 1,234.5. */
  readonly full: (value: number) => string
}

const locale = 'en-US'
/** A minus sign as wide as a digit, not a hyphen. */
const dress = (text: string): string => text.replace('-', '−')

/** How numbers of this style are written. */
export function createNumberFormat(style: NumberStyle = {}): NumberFormat {
  const percent = style.scale === 'percent'
  const digits = style.decimals
  const fixed = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits }
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: digits ?? 1 })
  const tiny = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3, ...fixed })
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 6, ...fixed })
  const rounded = new Intl.NumberFormat(locale, { maximumFractionDigits: percent ? 1 : 2, ...fixed })
  const wrap = (write: (value: number) => string) => (value: number) =>
    `${style.prefix ?? ''}${dress(write(percent ? value * 100 : value))}${percent ? ' %' : ''}${style.suffix ?? ''}`

  return {
    short: wrap((value) => {
      const size = Math.abs(value)
      if (size >= 10_000) return compact.format(value).replace('K', 'k')
      return size >= 1 || size === 0 ? rounded.format(value) : tiny.format(value)
    }),
    full: wrap((value) => {
      if (style.scale === 'compact') return compact.format(value).replace('K', 'k')
      const size = Math.abs(value)
      if (size === 0 || size >= 1000) return rounded.format(value)
      return size >= 1e-4 ? whole.format(value) : tiny.format(value)
    }),
  }
}

/** An exact decimal text with its thousands apart; everything else stays as it is. */
export function groupDigits(text: string): string {
  const parts = /^(-?)(\d+)((?:\.\d+)?)$/.exec(text)
  if (parts === null) return text
  const [, sign = '', whole = '', rest = ''] = parts
  return `${sign === '' ? '' : '−'}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`
}
