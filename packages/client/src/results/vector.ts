/**
 * Columns of a result in typed arrays: a million rows by twenty columns fit, pass between threads without a copy, and
 * lose no digit. Texts stay bytes until one is shown.
 */
import type { ResultColumn } from '@keyhold/contract'
import type { Cell } from './cells.ts'

/** One bit a row, set where the value is NULL; null when none is. */
type Nulls = Uint8Array | null

type NumberVector = {
  readonly kind: 'number'
  readonly values: Int32Array | Uint32Array | Float32Array | Float64Array
  readonly nulls: Nulls
}
/** 64-bit integers, and times as they are stored (see cells.ts). */
type BigVector = { readonly kind: 'big'; readonly values: BigInt64Array | BigUint64Array; readonly nulls: Nulls }
type BooleanVector = { readonly kind: 'boolean'; readonly values: Uint8Array; readonly nulls: Nulls }
/** UTF-8 texts (or, for `bytes`, blobs): row r is `pool` from `starts[r]`, `lengths[r]` long; equal ones may share. */
type TextVector = {
  readonly kind: 'text' | 'bytes'
  readonly pool: Uint8Array
  readonly starts: Uint32Array
  readonly lengths: Uint32Array
  readonly nulls: Nulls
}
export type Vector = NumberVector | BigVector | BooleanVector | TextVector

type Stored = Pick<ResultColumn, 'type' | 'stored'>

/** Collects one column's row groups. */
export type VectorBuilder = {
  /** Appends the first `rows` of the values; texts and blobs as bytes. */
  append(values: { readonly [index: number]: unknown }, rows: number): void
  finish(): Vector
  /** Bytes that the vector takes so far. */
  readonly bytes: number
}

/** A builder for a column of a result that has this many rows. */
export function createVectorBuilder(column: Stored, rows: number): VectorBuilder {
  const kind = column.stored === 'VARCHAR' ? 'VARCHAR' : column.type
  if (kind === 'BOOLEAN') return buildFixed('boolean', new Uint8Array(rows), (value) => (value === true ? 1 : 0))
  if (kind === 'BLOB') return buildTexts('bytes', rows)
  const numbers = numberArrays[kind]
  if (numbers !== undefined) return buildFixed('number', numbers(rows), Number)
  const bigs = bigArrays[kind]
  if (bigs !== undefined) return buildFixed('big', bigs(rows), toBigInt)
  return buildTexts('text', rows)
}

const int32 = (rows: number): Int32Array => new Int32Array(rows)
const int64 = (rows: number): BigInt64Array => new BigInt64Array(rows)

const numberArrays: Readonly<Record<string, (rows: number) => NumberVector['values']>> = {
  TINYINT: int32,
  SMALLINT: int32,
  INTEGER: int32,
  UTINYINT: int32,
  USMALLINT: int32,
  DATE: int32,
  UINTEGER: (rows) => new Uint32Array(rows),
  FLOAT: (rows) => new Float32Array(rows),
  DOUBLE: (rows) => new Float64Array(rows),
}

const bigArrays: Readonly<Record<string, (rows: number) => BigVector['values']>> = {
  BIGINT: int64,
  TIMESTAMP: int64,
  TIMESTAMP_MS: int64,
  TIMESTAMP_NS: int64,
  'TIMESTAMP WITH TIME ZONE': int64,
  UBIGINT: (rows) => new BigUint64Array(rows),
}

function toBigInt(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number(value))
}

function markNull(nulls: Nulls, rows: number, row: number): Uint8Array {
  const marked = nulls ?? new Uint8Array((rows + 7) >> 3)
  marked[row >> 3] = (marked[row >> 3] ?? 0) | (1 << (row & 7))
  return marked
}

function buildFixed<V extends number | bigint>(
  kind: 'number' | 'big' | 'boolean',
  values: { [index: number]: V; readonly length: number; readonly byteLength: number },
  turn: (value: unknown) => V,
): VectorBuilder {
  let nulls: Nulls = null
  let next = 0
  return {
    bytes: values.byteLength,
    append(source, rows) {
      for (let index = 0; index < rows; index++, next++) {
        const value = source[index]
        if (value === null || value === undefined) nulls = markNull(nulls, values.length, next)
        else values[next] = turn(value)
      }
    },
    finish: () => ({ kind, values, nulls }) as unknown as Vector,
  }
}

/** The reader gives rows of one dictionary entry the same object, which is kept once. */
function buildTexts(kind: 'text' | 'bytes', rows: number): VectorBuilder {
  const starts = new Uint32Array(rows)
  const lengths = new Uint32Array(rows)
  let pool = new Uint8Array(Math.max(1024, rows * 8))
  let used = 0
  let nulls: Nulls = null
  let next = 0

  const keep = (bytes: Uint8Array): number => {
    if (used + bytes.length > pool.length) {
      const larger = new Uint8Array(Math.max(used + bytes.length, Math.ceil(pool.length * 1.6)))
      larger.set(pool.subarray(0, used))
      pool = larger
    }
    pool.set(bytes, used)
    used += bytes.length
    return used - bytes.length
  }
  return {
    get bytes() {
      return rows * 8 + used
    },
    append(source, count) {
      let kept: Map<unknown, number> | undefined = new Map<unknown, number>()
      for (let index = 0; index < count; index++, next++) {
        const value = source[index]
        if (!(value instanceof Uint8Array)) {
          nulls = markNull(nulls, rows, next)
          continue
        }
        let start: number | undefined = kept?.get(value)
        if (start === undefined) {
          start = keep(value)
          kept?.set(value, start)
          // A column whose values hardly repeat has no dictionary: looking each up would cost more than it saves.
          if (index > 2_000 && kept !== undefined && kept.size * 2 > index) kept = undefined
        }
        starts[next] = start
        lengths[next] = value.length
      }
    },
    finish: () => ({ kind, pool: pool.slice(0, used), starts, lengths, nulls }),
  }
}

/** A leading U+FEFF is a character of the value. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

export function isNull(vector: Vector, row: number): boolean {
  return vector.nulls !== null && ((vector.nulls[row >> 3] ?? 0) & (1 << (row & 7))) !== 0
}

/** One value, as `formatOf` takes it; null for NULL. Rows beyond the vector are a RangeError. */
export function readCell(vector: Vector, row: number): Cell {
  if (isNull(vector, row)) return null
  const value = readValue(vector, row)
  if (value === undefined) throw new RangeError(`There is no row ${row}`)
  return value
}

function readValue(vector: Vector, row: number): Exclude<Cell, null> | undefined {
  if (vector.kind === 'number' || vector.kind === 'big') return vector.values[row]
  if (vector.kind === 'boolean') return row < vector.values.length ? vector.values[row] === 1 : undefined
  const start = vector.starts[row]
  if (start === undefined) return undefined
  const bytes = vector.pool.subarray(start, start + (vector.lengths[row] ?? 0))
  return vector.kind === 'text' ? utf8.decode(bytes) : bytes
}

/**
 * A value for drawing: the nearest double of a number, of a text that is one (decimals are texts), or of a time as it is
 * stored; null for NULL and whatever is no number.
 */
export function readNumber(vector: Vector, row: number): number | null {
  const cell = readCell(vector, row)
  if (cell === null || cell instanceof Uint8Array || cell === '') return null
  const value = Number(cell)
  return Number.isNaN(value) ? null : value
}

/** The buffers of vectors, to be moved to another thread. */
export function listBuffers(vectors: readonly Vector[]): ArrayBuffer[] {
  return vectors.flatMap((vector) => {
    const arrays = 'pool' in vector ? [vector.pool, vector.starts, vector.lengths] : [vector.values]
    return [...arrays, ...(vector.nulls === null ? [] : [vector.nulls])].map((array) => array.buffer as ArrayBuffer)
  })
}
