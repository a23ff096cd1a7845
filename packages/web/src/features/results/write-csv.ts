/** A result as a CSV file (RFC 4180, UTF-8), made in this browser. */
import { readText, type ResultTable } from '@keyhold/client'

const rowsAtOnce = 2_000

/** NULL is empty, the empty text is in quotes: the two can be told apart when it is read again. */
function quoteField(text: string | null): string {
  if (text === null) return ''
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Pieces of the file in order, each of some thousand rows; `rowAt` gives another order. */
export function* writeCsv(result: ResultTable, rowAt: (place: number) => number = (place) => place): Generator<string> {
  yield `${result.columns.map(({ name }) => quoteField(name)).join(',')}\r\n`
  for (let first = 0; first < result.rows; first += rowsAtOnce) {
    let piece = ''
    for (let place = first; place < Math.min(result.rows, first + rowsAtOnce); place++) {
      const row = rowAt(place)
      piece += `${result.columns.map((_, column) => quoteField(readText(result, column, row))).join(',')}\r\n`
    }
    yield piece
  }
}

/** The whole file; lets the page breathe between pieces. */
export async function makeCsv(result: ResultTable, rowAt?: (place: number) => number): Promise<Blob> {
  const parts: Blob[] = []
  for (const piece of writeCsv(result, rowAt)) {
    parts.push(new Blob([piece]))
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', () => resolve(), { once: true })
      port1.start()
      port2.postMessage(null)
    })
  }
  return new Blob(parts, { type: 'text/csv;charset=utf-8' })
}
