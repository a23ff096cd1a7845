import type { Result, TextSink } from './result.ts'

/** RFC 4180, with a header and CRLF. NULL is an empty field, an empty text is "". Returns the number of rows. */
export async function writeCsv({ columns, runs }: Result, write: TextSink): Promise<number> {
  await write(`${columns.map(({ name }) => quoteField(name)).join(',')}\r\n`)
  let count = 0
  for await (const rows of runs) {
    let text = ''
    for (const row of rows) {
      text += `${columns.map(({ format }, index) => encodeCell(row[index] ?? null, format.text)).join(',')}\r\n`
    }
    count += rows.length
    await write(text)
  }
  return count
}

function encodeCell<C>(cell: C | null, text: (cell: C) => string): string {
  return cell === null ? '' : quoteField(text(cell))
}

function quoteField(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
