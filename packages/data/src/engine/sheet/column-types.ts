/** The types that hold all cells of their columns. */
import type { TableColumn } from '../engine.ts'

export type CellKind = 'whole' | 'number' | 'boolean' | 'date' | 'timestamp' | 'time' | 'text'

const typeOfKind: Readonly<Record<CellKind, string>> = {
  whole: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  time: 'TIME',
  text: 'VARCHAR',
}

export class ColumnTypes {
  readonly #kinds: (CellKind | undefined)[] = []

  note(column: number, kind: CellKind): void {
    const known = this.#kinds[column]
    if (known !== kind) this.#kinds[column] = known === undefined ? kind : widen(known, kind)
  }

  /** A column without any cell is text. */
  describe(names: readonly string[]): readonly TableColumn[] {
    return names.map((name, index) => ({ name, type: typeOfKind[this.#kinds[index] ?? 'text'] }))
  }
}

function widen(a: CellKind, b: CellKind): CellKind {
  const pair = [a, b]
  if (pair.includes('whole') && pair.includes('number')) return 'number'
  if (pair.includes('date') && pair.includes('timestamp')) return 'timestamp'
  return 'text'
}
