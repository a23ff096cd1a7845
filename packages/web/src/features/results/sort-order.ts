/** The order of rows by one column: stable, exact for every digit, NULL last either way. */
import { formatOf, isNull, readCell, type Vector } from '@keyhold/client'

export type SortInput = {
  readonly vector: Vector
  readonly type: string
  readonly stored: string
  readonly rows: number
}
export type Direction = 'up' | 'down'

/** Rows in order. Texts are ordered by their bytes, as the engine orders them. */
export function sortRows({ vector, type, stored, rows }: SortInput, direction: Direction): Uint32Array {
  const present = new Uint32Array(rows)
  const absent: number[] = []
  let count = 0
  for (let row = 0; row < rows; row++) {
    if (isNull(vector, row)) absent.push(row)
    else present[count++] = row
  }
  const order = present.subarray(0, count)
  const compare = chooseComparison(vector, type, stored, rows)
  // Equal rows keep their order in both directions.
  order.sort(direction === 'up' ? compare : (a, b) => compare(b, a))
  const all = new Uint32Array(rows)
  all.set(order)
  all.set(absent, count)
  return all
}

type Comparison = (a: number, b: number) => number

function chooseComparison(vector: Vector, type: string, stored: string, rows: number): Comparison {
  if (vector.kind === 'number') return compareNumbers(vector.values)
  if (vector.kind === 'big') {
    const { values } = vector
    return (a, b) => {
      const left = values[a] ?? 0n
      const right = values[b] ?? 0n
      return left < right ? -1 : left > right ? 1 : 0
    }
  }
  if (vector.kind === 'boolean') return (a, b) => (vector.values[a] ?? 0) - (vector.values[b] ?? 0)
  const isNumber = stored === 'VARCHAR' && /^(U?HUGEINT|DECIMAL.*|BIGNUM)$/.test(type)
  return isNumber ? compareDecimals(vector, { type, stored }, rows) : compareBytes(vector)
}

/** NaN is the greatest, as in the engine. */
function compareNumbers(values: { readonly [index: number]: number }): Comparison {
  return (a, b) => {
    const left = values[a] ?? 0
    const right = values[b] ?? 0
    if (left < right) return -1
    if (left > right) return 1
    return left === right ? 0 : Number(Number.isNaN(left)) - Number(Number.isNaN(right))
  }
}

/** Decimal texts as whole numbers of their last digit: exact, and compared in a step. */
function compareDecimals(vector: Vector, column: { type: string; stored: string }, rows: number): Comparison {
  const format = formatOf(column)
  const texts = Array.from({ length: rows }, (_, row) => {
    const cell = readCell(vector, row)
    return cell === null ? '0' : format.text(cell)
  })
  const behind = texts.reduce((most, text) => Math.max(most, digitsBehind(text)), 0)
  const wholes = texts.map((text) => BigInt(text.replace('.', '') + '0'.repeat(behind - digitsBehind(text))))
  return (a, b) => {
    const left = wholes[a] ?? 0n
    const right = wholes[b] ?? 0n
    return left < right ? -1 : left > right ? 1 : 0
  }
}

const digitsBehind = (text: string): number => {
  const point = text.indexOf('.')
  return point === -1 ? 0 : text.length - point - 1
}

function compareBytes(vector: Extract<Vector, { pool: Uint8Array }>): Comparison {
  const { pool, starts, lengths } = vector
  return (a, b) => {
    const left = starts[a] ?? 0
    const right = starts[b] ?? 0
    const leftLength = lengths[a] ?? 0
    const rightLength = lengths[b] ?? 0
    if (left === right && leftLength === rightLength) return 0
    const shared = Math.min(leftLength, rightLength)
    for (let index = 0; index < shared; index++) {
      const difference = (pool[left + index] ?? 0) - (pool[right + index] ?? 0)
      if (difference !== 0) return difference
    }
    return leftLength - rightLength
  }
}
