/** What a file's name says: its format, and how its table may be called. */
import type { ImportOpening } from '@keyhold/contract'

export type Format = ImportOpening['format']

export const formatTitles: Readonly<Record<Format, string>> = {
  csv: 'CSV',
  ndjson: 'NDJSON',
  json: 'JSON',
  xlsx: 'Excel',
  parquet: 'Parquet',
}

const formatsByEnding: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  parquet: 'parquet',
  pq: 'parquet',
}

/** Undefined when the ending says nothing. */
export function formatOfName(fileName: string): Format | undefined {
  return formatsByEnding[/\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '']
}

const maxLength = 63

/** A name as tables and buckets have: letters without accents, digits, underscores; begins with a letter. */
export function proposeName(fileName: string): string {
  const stem = fileName.replace(/(\.[a-z0-9]{1,8})+$/i, '')
  const plain = stem
    .replace(/ß/g, 'ss')
    .replace(/[łŁ]/g, 'l')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const named = /^[a-z]/.test(plain) ? plain : `t_${plain}`
  return named.slice(0, maxLength).replace(/_+$/, '') || 'table'
}

/** True for what can name a bucket or a table. */
export function isName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,62}$/.test(text)
}
