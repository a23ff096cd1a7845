/** Names in SQL: plain where the engine takes them so, else in quotes. */

/** What DuckDB 1.5 reserves (duckdb_keywords(), categories reserved and type_function; see the test). */
const reserved = new Set(
  `all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check collate
  collation column columns concurrently constraint create cross default deferrable desc describe distinct do else end
  except false fetch for foreign freeze from full generated glob group having ilike in initially inner intersect into is
  isnull join lambda lateral leading left like limit map natural not notnull null offset on only or order outer overlaps
  pivot pivot_longer pivot_wider placing positional primary qualify references returning right select semi show similar
  some struct summarize symmetric table tablesample then to trailing true try_cast union unique unpack unpivot using
  variadic verbose when where window with`.split(/\s+/),
)

/** Whether the engine takes a word only in quotes. */
export function isReserved(word: string): boolean {
  return reserved.has(word.toLowerCase())
}

/** A name as SQL: whatever it holds, it is one name. */
export function quoteName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReserved(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** `bucket.table` as SQL. */
export function quoteTable(bucket: string, table: string): string {
  return `${quoteName(bucket)}.${quoteName(table)}`
}
