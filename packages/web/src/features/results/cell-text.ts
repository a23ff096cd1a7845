/** Cells as they are shown: a line each, however long the value is. */
import { formatOf, isNull, readCell, readText, type CellFormat, type ResultTable } from '@keyhold/client'

/** More than any column shows. */
const mostShown = 400
const utf8 = new TextDecoder()

/** Reads cells for a grid: one line, cut; null for NULL. Long texts are not decoded whole. */
export function cellReader(result: ResultTable): (column: number, row: number) => string | null {
  const formats = result.columns.map((column): CellFormat => formatOf(column))
  return (column, row) => {
    const vector = result.vectors[column]
    if (vector === undefined || isNull(vector, row)) return null
    if (vector.kind === 'text' && (vector.lengths[row] ?? 0) > mostShown) {
      const start = vector.starts[row] ?? 0
      // The cut may go through a character.
      return oneLine(utf8.decode(vector.pool.subarray(start, start + mostShown)).replace(/\ufffd$/, ''))
    }
    const cell = readCell(vector, row)
    return cell === null ? null : oneLine(formats[column]?.text(cell) ?? '').slice(0, mostShown)
  }
}

function oneLine(text: string): string {
  return /[\n\r\t]/.test(text) ? text.replaceAll(/\r\n|[\n\r]/g, ' ⏎ ').replaceAll('\t', ' ⇥ ') : text
}

/** A value in full, for people: JSON, lists and structs as the engine writes them, JSON indented. */
export function prettyText(result: ResultTable, column: number, row: number): string | null {
  const text = readText(result, column, row)
  if (text === null || !/^\s*[[{]/.test(text)) return text
  try {
    return indentJson(text)
  } catch {
    return text
  }
}

/** Indents JSON without reading its numbers, which would lose digits. Throws SyntaxError when it is no JSON. */
export function indentJson(text: string): string {
  JSON.parse(text)
  let indented = ''
  let depth = 0
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  for (const [index, token] of tokens.entries()) {
    const closes = token === '}' || token === ']'
    const previous = tokens[index - 1] ?? ''
    if (closes) depth--
    if (closes ? !/[{[]$/.test(previous) || previous.length > 1 : /^[{[,]$/.test(previous)) indented += newLine(depth)
    indented += token === ':' ? ': ' : token
    if (token === '{' || token === '[') depth++
  }
  return indented
}

const newLine = (depth: number): string => `\n${'  '.repeat(depth)}`
