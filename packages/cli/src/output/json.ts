/**
 * JSON in which nothing is rounded. Numbers are JSON numbers only where a reader with IEEE 754 doubles gets exactly that
 * number; larger integers and all decimals are strings, as are dates, times and blobs. NaN and infinities are strings.
 */
import type { Cell } from '@keyhold/client'
import type { FormattedColumn, Result, TextSink } from './result.ts'

/** A list of objects, one to a line. Columns of the same name get `_2`, `_3`, … Returns the number of rows. */
export async function writeJsonObjects({ columns, runs }: Result, write: TextSink): Promise<number> {
  const keys = uniqueNames(columns).map((name) => `${JSON.stringify(name)}:`)
  const encode = (row: readonly Cell[]): string =>
    `{${columns.map((column, index) => `${keys[index] ?? ''}${encodeCell(column, row[index] ?? null)}`).join(',')}}`
  return writeList(runs, encode, write, '\n')
}

/** One document: columns, rows as lists in the order of the columns, and what `tail` gives once they are written. */
export async function writeJsonDocument(
  { columns, runs }: Result,
  write: TextSink,
  tail: (rowCount: number) => Record<string, unknown>,
): Promise<number> {
  await write(`{"columns":${JSON.stringify(columns.map(({ name, type }) => ({ name, type })))},"rows":`)
  const encode = (row: readonly Cell[]): string =>
    `[${columns.map((column, index) => encodeCell(column, row[index] ?? null)).join(',')}]`
  const count = await writeList(runs, encode, write, '')
  await write(`,${JSON.stringify(tail(count)).slice(1)}\n`)
  return count
}

async function writeList(
  runs: Result['runs'],
  encode: (row: readonly Cell[]) => string,
  write: TextSink,
  newline: string,
): Promise<number> {
  let count = 0
  await write('[')
  for await (const rows of runs) {
    let text = ''
    for (const row of rows) text += `${count++ === 0 ? newline : `,${newline}`}${encode(row)}`
    await write(text)
  }
  await write(`${newline}]${newline}`)
  return count
}

function encodeCell({ format }: FormattedColumn, cell: Cell): string {
  return cell === null ? 'null' : format.json(cell)
}

function uniqueNames(columns: readonly FormattedColumn[]): string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let unique = name
    for (let count = 2; taken.has(unique); count++) unique = `${name}_${count}`
    taken.add(unique)
    return unique
  })
}
