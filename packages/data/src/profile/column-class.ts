/** What a column can be asked, by its type. */
import type { ColumnClass } from '@keyhold/contract'

const integers = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT)$/
const floats = /^(FLOAT|DOUBLE)$/
const times =
  /^(DATE|TIME|TIME WITH TIME ZONE|TIMESTAMP|TIMESTAMP_S|TIMESTAMP_MS|TIMESTAMP_NS|TIMESTAMP WITH TIME ZONE)$/

export function classOf(type: string): ColumnClass {
  if (integers.test(type) || floats.test(type) || type.startsWith('DECIMAL(')) return 'number'
  if (times.test(type)) return 'time'
  if (/^(VARCHAR|UUID|JSON)$/.test(type) || type.startsWith('ENUM(')) return 'text'
  return type === 'BOOLEAN' ? 'boolean' : 'other'
}

export const isInteger = (type: string): boolean => integers.test(type)
export const isFloat = (type: string): boolean => floats.test(type)
/** Dates and timestamps: points in time, which TIME is not. */
export const isInstant = (type: string): boolean => times.test(type) && !type.startsWith('TIME ') && type !== 'TIME'
