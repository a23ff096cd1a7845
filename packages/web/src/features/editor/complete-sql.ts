/** What can be written next: buckets, tables, their columns, functions and words. Pure. */
import type { Completion } from '@codemirror/autocomplete'
import { quoteName, quoteTable } from '../questions/quote-name.ts'
import { functions, keywords, types } from './duckdb-words.ts'
import { findStatement, findTables } from './scan-sql.ts'

/** A table as the catalogue has it. */
export type KnownTable = {
  readonly bucket: string
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

export type Offer = { readonly from: number; readonly options: readonly Completion[] }

const words: readonly Completion[] = [
  ...keywords.map((label): Completion => ({ label, type: 'keyword', boost: -1 })),
  ...types.map((label): Completion => ({ label, type: 'type', boost: -2 })),
  ...functions.map((label): Completion => ({ label, type: 'function', apply: `${label}(`, boost: -1 })),
]

/** Offers for the word that ends at a place; null inside a string, and where nothing was written unless asked for. */
export function completeSql(sql: string, at: number, tables: readonly KnownTable[], asked: boolean): Offer | null {
  const { from } = findStatement(sql, at)
  const before = sql.slice(Math.min(from, at), at)
  if (isInString(before)) return null
  const path = /(?:("?)([A-Za-z_][\w]*)\1\s*\.\s*)?(?:("?)([A-Za-z_][\w]*)\3\s*\.\s*)?"?([A-Za-z_][\w]*)?$/.exec(before)
  const typed = path?.[5] ?? ''
  const names = [path?.[2], path?.[4]].filter((name) => name !== undefined)
  const start = at - typed.length - (/"[A-Za-z_]?\w*$/.test(before) ? 1 : 0)
  if (names.length > 0) {
    const options = completePath(names, sql, tables)
    return options.length === 0 ? null : { from: start, options }
  }
  if (typed === '' && !asked) return null
  return { from: start, options: [...columnsInSight(sql, at, tables), ...tableNames(tables), ...words] }
}

function isInString(text: string): boolean {
  const bare = text.replaceAll(/--[^\n]*(?:\n|$)/g, (comment) => (comment.endsWith('\n') ? ' ' : "'"))
  return (bare.match(/'/g) ?? []).length % 2 === 1
}

const columnOption = ({ name, type }: KnownTable['columns'][number], boost: number): Completion => ({
  label: name,
  apply: quoteName(name),
  detail: type.toLowerCase(),
  type: 'property',
  boost,
})

/** After a dot: tables of a bucket, columns of a table or of its alias. */
function completePath(names: readonly string[], sql: string, tables: readonly KnownTable[]): readonly Completion[] {
  const [first = '', second] = names.map((name) => name.toLowerCase())
  if (second !== undefined) {
    const table = tables.find(({ bucket, name }) => bucket === first && name === second)
    return table?.columns.map((column) => columnOption(column, 2)) ?? []
  }
  const inBucket = tables.filter(({ bucket }) => bucket === first)
  const aliased = inBucket.length > 0 ? undefined : findAliased(first, sql, tables)
  return [
    ...inBucket.map(({ name }): Completion => ({ label: name, apply: quoteName(name), type: 'class', boost: 3 })),
    ...(aliased?.columns.map((column) => columnOption(column, 2)) ?? []),
  ]
}

function findAliased(alias: string, sql: string, tables: readonly KnownTable[]): KnownTable | undefined {
  return tables.find(({ bucket, name }) => {
    if (name === alias && findTables(sql).some((found) => found.bucket === bucket && found.table === name)) return true
    const place = new RegExp(`"?\\b${bucket}"?\\s*\\.\\s*"?${name}"?\\s+(?:as\\s+)?"?${alias}\\b`, 'i')
    return place.test(sql)
  })
}

/** Columns of the tables that the statement names. */
function columnsInSight(sql: string, at: number, tables: readonly KnownTable[]): readonly Completion[] {
  const { from, to } = findStatement(sql, at)
  const named = findTables(sql.slice(from, to))
  const seen = new Set<string>()
  return tables
    .filter(({ bucket, name }) => named.some((found) => found.bucket === bucket && found.table === name))
    .flatMap(({ columns }) => columns)
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .map((column) => columnOption(column, 4))
}

function tableNames(tables: readonly KnownTable[]): readonly Completion[] {
  return tables.map(({ bucket, name, columns }) => ({
    label: `${bucket}.${name}`,
    apply: quoteTable(bucket, name),
    detail: `${columns.length} columns`,
    type: 'class',
    boost: 1,
  }))
}
