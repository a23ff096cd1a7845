/**
 * DuckDB casts text generously: `1.5`, `1_000` and `0x1F` become integers, a date drops its time, a timestamp its offset.
 * A table must hold what the file says, so columns of these types are read as text and checked before they are cast. It
 * costs a sixth of an import's time; the regular expressions only see values that the first test finds odd.
 */
import type { TableColumn } from '../engine.ts'
import { kindOfType } from '../types.ts'
import { quoteName, quoteText } from './sql-text.ts'

const plainInteger = String.raw`\s*-?(0|[1-9][0-9]*)\s*`
const anyInteger = String.raw`\s*[+-]?[0-9]+\s*`

/**
 * SQL that is true of a text which the cast would change, or null for types whose cast changes nothing.
 * @param isInferred the type is our guess: then whatever would not come back as it is written is not of the type.
 */
export function losesWhenCast(column: TableColumn, isInferred: boolean): string | null {
  const text = quoteName(column.name)
  const kind = kindOfType(column.type) ?? ''
  if (/INT(EGER)?$/.test(kind)) {
    const shape = quoteText(isInferred ? plainInteger : anyInteger)
    return `CAST(TRY_CAST(${text} AS ${column.type}) AS VARCHAR) <> ${text} AND NOT regexp_full_match(${text}, ${shape})`
  }
  if (kind === 'DATE') return `strlen(${text}) > 10 AND contains(${text}, ':')`
  if (kind === 'TIMESTAMP') return losesInstant(text, isInferred)
  if (kind === 'DOUBLE' && isInferred) return losesDigits(text)
  return null
}

/** An offset makes it an instant, which is another type; more than six digits of a second would be cut. */
function losesInstant(text: string, isInferred: boolean): string {
  const offset = `contains(${text}, '+') OR suffix(${text}, 'Z') OR (strlen(${text}) > 19 AND contains(substr(${text}, 12), '-'))`
  return isInferred ? `${offset} OR strlen(${text}) > 26` : offset
}

/** A double holds fifteen digits of any integer: longer ones are identifiers, not measures. */
function losesDigits(text: string): string {
  const isLong = `strlen(${text}) > 15 AND NOT contains(${text}, '.') AND NOT contains(lower(${text}), 'e')`
  return `contains(${text}, '_') OR (${isLong})`
}
