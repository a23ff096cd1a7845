/**
 * DuckDB casts text generously: `1.5` and `0x1F` become integers, a date drops its time, a timestamp its offset. A table
 * must hold what the file says, so such values are found: by a screen that costs next to nothing on each value, and where
 * that sees something odd, by reading the column as text and looking closely.
 */
import type { FileColumn } from '../column-format.ts'
import type { TableColumn } from '../engine.ts'
import { kindOfType } from '../types.ts'
import { isWritten } from './format-sql.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** Above, a double does not hold every integer. */
const exactIntegers = '9007199254740992'
/** An integer of more digits in a column of doubles is an identifier, not a measure. */
const exactDigits = '1e15'
const anyInteger = String.raw`\s*[+-]?[0-9][0-9_]*\s*`

/** How a column is read and screened: SQL over the column, true of a value that must be looked at closely. */
export type Screen = { readonly readAs: string; readonly isOdd: string }

const isInteger = (kind: string): boolean => /INT(EGER)?$/.test(kind)

/**
 * The screen of a column, or null where the cast changes nothing. Integers are read as doubles, which keep a fraction.
 * @param isInferred the type is our guess, and a wider one may be better.
 */
export function screenOf(column: TableColumn, isInferred: boolean): Screen | null {
  const name = quoteName(column.name)
  const kind = kindOfType(column.type) ?? ''
  if (isInteger(kind)) {
    return { readAs: 'DOUBLE', isOdd: `trunc(${name}) <> ${name} OR abs(${name}) >= ${exactIntegers}` }
  }
  if (kind === 'DOUBLE' && isInferred) return { readAs: 'DOUBLE', isOdd: `abs(${name}) >= ${exactDigits}` }
  const loses = losesWhenCast(column, isInferred)
  return loses === null ? null : { readAs: 'VARCHAR', isOdd: loses }
}

/** SQL over the column's text, true of a text that the cast would change; null for types whose cast changes nothing. */
export function losesWhenCast(column: FileColumn, isInferred: boolean): string | null {
  const text = quoteName(column.name)
  if (column.format !== undefined) return `NOT ${isWritten({ ...column, format: column.format })}`
  const kind = kindOfType(column.type) ?? ''
  if (isInteger(kind)) {
    const asWritten = `CAST(TRY_CAST(${text} AS ${column.type}) AS VARCHAR) = ${text}`
    return `NOT (${asWritten} OR regexp_full_match(${text}, ${quoteText(anyInteger)}))`
  }
  if (kind === 'DATE') return `strlen(${text}) > 10 AND contains(${text}, ':')`
  if (kind === 'DECIMAL') return losesDigits(text, column.type)
  if (kind === 'TIMESTAMP') return losesInstant(text, isInferred)
  if (kind !== 'DOUBLE' || !isInferred) return null
  return `strlen(${text}) > 15 AND NOT contains(${text}, '.') AND NOT regexp_matches(${text}, '[a-zA-Z]')`
}

/** SQL over a column's text: it has values that only a close look can read. */
export function needsCare(column: TableColumn): string {
  const text = quoteName(column.name)
  const kind = kindOfType(column.type) ?? ''
  const limit = isInteger(kind) ? exactIntegers : exactDigits
  const isWide = isInteger(kind) || kind === 'DOUBLE' ? ` OR abs(TRY_CAST(${text} AS DOUBLE)) >= ${limit}` : ''
  return `${text} = ''${isWide}`
}

/** DuckDB rounds to the digits that a DECIMAL has. */
function losesDigits(text: string, type: string): string | null {
  const scale = /^DECIMAL\(\d+,\s*(\d+)\)$/.exec(type)?.[1]
  return scale === undefined ? null : `regexp_matches(${text}, '[.][0-9]{${scale}}[0-9]*[1-9]')`
}

/** An offset makes it an instant, which is another type; more than six digits of a second would be cut. */
function losesInstant(text: string, isInferred: boolean): string {
  const hasOffset = `(strlen(${text}) > 19 AND contains(substr(${text}, 12), '-'))`
  const offset = `contains(${text}, '+') OR suffix(${text}, 'Z') OR ${hasOffset}`
  return isInferred ? `${offset} OR strlen(${text}) > 26` : offset
}
