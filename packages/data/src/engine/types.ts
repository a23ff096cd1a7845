/**
 * The one table of types: how each DuckDB type is written to a result's Parquet file so that no reader loses anything.
 * `same` types are exact in Parquet. `text` types are written as DuckDB's own VARCHAR cast, which is exact by definition:
 * Parquet would narrow them (HUGEINT to a double, INTERVAL to milliseconds, TIMETZ to UTC) or common readers would
 * (decimals to doubles). This file and `render.ts` import nothing, so that clients can share them.
 */
export const parquetForms = {
  BOOLEAN: 'same',
  TINYINT: 'same',
  SMALLINT: 'same',
  INTEGER: 'same',
  BIGINT: 'same',
  UTINYINT: 'same',
  USMALLINT: 'same',
  UINTEGER: 'same',
  UBIGINT: 'same',
  FLOAT: 'same',
  DOUBLE: 'same',
  VARCHAR: 'same',
  BLOB: 'same',
  DATE: 'same',
  TIMESTAMP: 'same',
  TIMESTAMP_MS: 'same',
  TIMESTAMP_NS: 'same',
  'TIMESTAMP WITH TIME ZONE': 'same',
  TIME: 'text',
  TIME_NS: 'text',
  'TIME WITH TIME ZONE': 'text',
  TIMESTAMP_S: 'text',
  HUGEINT: 'text',
  UHUGEINT: 'text',
  BIGNUM: 'text',
  DECIMAL: 'text',
  UUID: 'text',
  INTERVAL: 'text',
  BIT: 'text',
  ENUM: 'text',
  JSON: 'text',
  GEOMETRY: 'text',
  VARIANT: 'text',
  LIST: 'text',
  ARRAY: 'text',
  STRUCT: 'text',
  MAP: 'text',
  UNION: 'text',
  '"NULL"': 'text',
} as const

/** The kind of a DuckDB type text: `DECIMAL(18,3)` is `DECIMAL`, `INTEGER[3]` is `ARRAY`, `INTEGER[]` is `LIST`. */
export function kindOfType(type: string): keyof typeof parquetForms | null {
  if (type.endsWith('[]')) return 'LIST'
  if (type.endsWith(']')) return 'ARRAY'
  const kind = /^[^(]*/.exec(type)?.[0].trim() ?? ''
  return kind in parquetForms ? (kind as keyof typeof parquetForms) : null
}

/** The type that a column of this type has in the result's Parquet file. Unknown types are written as text. */
export function parquetTypeOf(type: string): string {
  const kind = kindOfType(type)
  return kind !== null && parquetForms[kind] === 'same' ? type : 'VARCHAR'
}

/** Kinds that Parquet would narrow; it keeps decimals, UUIDs, times of day and nested types exactly. */
const narrowed =
  /\b(U?HUGEINT|BIGNUM|INTERVAL|TIME WITH TIME ZONE|TIME_NS|TIMESTAMP_S|BIT|ENUM|UNION|VARIANT)\b|\[\d+\]/

/**
 * The type that a data file holds for a table's column of this type: text where Parquet would narrow it, or anything
 * inside it. The view that reads the file casts it back.
 */
export function storedTypeOf(type: string): string {
  return narrowed.test(type) ? 'VARCHAR' : type
}

/** The rule that a value broke which is not of this type, for people and programs. */
export function refusalRuleOf(type: string): string {
  const kind = kindOfType(type) ?? ''
  if (/INT|BIGNUM/.test(kind)) return 'not_an_integer'
  if (/^(DECIMAL|DOUBLE|FLOAT)/.test(kind)) return 'not_a_number'
  if (kind.startsWith('TIMESTAMP')) return 'not_a_timestamp'
  if (/^(DATE|TIME|BOOLEAN|UUID)/.test(kind)) return `not_a_${/^[A-Z]+/.exec(kind)?.[0].toLowerCase() ?? ''}`
  return 'wrong_type'
}
