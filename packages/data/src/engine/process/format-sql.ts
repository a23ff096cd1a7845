/** SQL that reads text written in another way than DuckDB's casts do. */
import type { ColumnFormat, FileColumn, NumberFormat } from '../column-format.ts'
import { kindOfType } from '../types.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** Blank, no-break space and narrow no-break space: all group digits in Europe. */
const spaces = String.raw`[ \x{a0}\x{202f}]`
const timesOfDay = ['', ' %H:%M', ' %H:%M:%S', ' %H:%M:%S.%f', 'T%H:%M', 'T%H:%M:%S', 'T%H:%M:%S.%f'] as const
const timeOfDay = String.raw`([ T]\d{1,2}:\d{2}(:\d{2}([.]\d{1,6})?)?)?`
const offsetAtEnd = String.raw`(Z|[+-]\d{2}(:?\d{2})?)$`

/** The column's value from its text; NULL for the empty text. Only for texts that {@link isWritten} is true of. */
export function readFormatted(column: FileColumn & { readonly format: ColumnFormat }): string {
  const text = quoteName(column.name)
  const { format, type } = column
  if (format.kind === 'number') return `CAST(${toPlainNumber(text, format)} AS ${type})`
  if (format.kind === 'date') return `CAST(${parseDate(text, format.pattern)} AS ${type})`
  const local = format.pattern === null ? `CAST(${text} AS TIMESTAMP)` : parseTimestamp(text, format.pattern)
  if (format.zone === null) return local
  const zoned = `timezone(${quoteText(format.zone)}, ${local})`
  if (format.pattern !== null) return zoned
  return `CASE WHEN ${hasOffset(text)} THEN CAST(${text} AS ${type}) ELSE ${zoned} END`
}

/** SQL over the column's text: it is written as the format says, and the type holds it exactly. */
export function isWritten({ name, type, format }: FileColumn & { readonly format: ColumnFormat }): string {
  const text = quoteName(name)
  if (format.kind === 'number') {
    const isNumber = `regexp_full_match(${text}, ${quoteText(numberPattern(format, holdsFraction(type)))})`
    const plain = toPlainNumber(text, format)
    return `(${isNumber} AND TRY_CAST(${plain} AS ${type}) IS NOT NULL AND ${isExact(plain, type)})`
  }
  if (format.kind === 'date')
    return `(${matchesDate(text, format.pattern, '')} AND ${parseDate(text, format.pattern)} IS NOT NULL)`
  if (format.pattern !== null) {
    return `(${matchesDate(text, format.pattern, timeOfDay)} AND ${parseTimestamp(text, format.pattern)} IS NOT NULL)`
  }
  const withOffset = `TRY_CAST(${text} AS TIMESTAMP WITH TIME ZONE)`
  return `(CASE WHEN ${hasOffset(text)} THEN ${withOffset} IS NOT NULL ELSE TRY_CAST(${text} AS TIMESTAMP) IS NOT NULL END)`
}

/** A double keeps 15 digits, a decimal as many after the point as it says. */
function isExact(plain: string, type: string): string {
  const kind = kindOfType(type)
  if (kind === 'DOUBLE' || kind === 'FLOAT') {
    const digits = `regexp_replace(${plain}, '^[+-]?0*|[.]|[eE].*$', '', 'g')`
    return `(strlen(${digits}) <= ${kind === 'DOUBLE' ? 15 : 6} OR contains(${plain}, '.'))`
  }
  const scale = /^DECIMAL\(\d+,\s*(\d+)\)$/.exec(type)?.[1]
  return scale === undefined ? 'true' : `NOT regexp_matches(${plain}, '[.][0-9]{${scale}}[0-9]*[1-9]')`
}

const holdsFraction = (type: string): boolean => /^(DOUBLE|FLOAT|DECIMAL)/.test(type)

/** Without leading zeros: those are identifiers. */
function numberPattern({ decimal, thousands }: NumberFormat, withFraction: boolean): string {
  const separator = thousands === ' ' ? spaces : `[${thousands ?? ''}]`
  const grouped = thousands === null ? '' : String.raw`[1-9]\d{0,2}(${separator}\d{3})+|`
  const fraction = withFraction ? String.raw`([${decimal}]\d+)?` : ''
  return String.raw`\s*[+-]?(${grouped}0|[1-9]\d*)${fraction}\s*`
}

/** The number as DuckDB writes it. */
function toPlainNumber(text: string, { decimal, thousands }: NumberFormat): string {
  const joined =
    thousands === ' '
      ? `regexp_replace(trim(${text}), ${quoteText(spaces)}, '', 'g')`
      : thousands === null
        ? `trim(${text})`
        : `replace(trim(${text}), ${quoteText(thousands)}, '')`
  return decimal === ',' ? `replace(${joined}, ',', '.')` : joined
}

const escapeSign = (pattern: string): string => pattern.replaceAll(/[./-]/g, (sign) => `[${sign}]`)

/** The regular expression of a date pattern: digits where its words stand. */
function datePattern(pattern: string): string {
  return escapeSign(pattern)
    .replace('YYYY', String.raw`\d{4}`)
    .replace('MM', String.raw`\d{1,2}`)
    .replace('DD', String.raw`\d{1,2}`)
}

function matchesDate(text: string, pattern: string, rest: string): string {
  return `regexp_full_match(${text}, ${quoteText(String.raw`\s*${datePattern(pattern)}${rest}\s*`)})`
}

const toStrptime = (pattern: string): string => pattern.replace('YYYY', '%Y').replace('MM', '%m').replace('DD', '%d')

function parseDate(text: string, pattern: string): string {
  return `try_strptime(trim(${text}), ${quoteText(toStrptime(pattern))})`
}

function parseTimestamp(text: string, pattern: string): string {
  const formats = timesOfDay.map((time) => quoteText(toStrptime(pattern) + time))
  return `CAST(try_strptime(trim(${text}), [${formats.join(', ')}]) AS TIMESTAMP)`
}

function hasOffset(text: string): string {
  return `regexp_matches(substr(${text}, 11), ${quoteText(offsetAtEnd)})`
}
