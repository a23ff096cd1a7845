import type { Output } from '../command.ts'
import type { Cell } from '@keyhold/client'
import type { FormattedColumn, Result, TextSink } from './result.ts'
import { cutToWidth, escapeControls, measureWidth } from './safe-text.ts'

/** Widths follow the first rows; later, wider cells just stand out. */
const measuredRows = 1_000
const widestCell = 60

type Layout = { readonly widths: readonly number[]; readonly terminal: Pick<Output, 'isTerminal' | 'width'> }

/**
 * Aligned text for people. NULL is NULL, a text that reads so is in quotes; control characters are shown as escapes. Cells
 * and lines are cut only on a terminal. Returns the number of rows.
 */
export async function writeTable(
  { columns, runs }: Result,
  write: TextSink,
  terminal: Pick<Output, 'isTerminal' | 'width'>,
): Promise<number> {
  let layout: Layout | undefined
  let count = 0
  for await (const rows of runs) {
    if (layout === undefined) {
      layout = measure(columns, rows, terminal)
      await write(renderHead(columns, layout))
    }
    let text = ''
    for (const row of rows) text += renderRow(columns, row, layout)
    count += rows.length
    await write(text)
  }
  if (layout === undefined) await write(renderHead(columns, measure(columns, [], terminal)))
  return count
}

function measure(
  columns: readonly FormattedColumn[],
  rows: readonly (readonly Cell[])[],
  terminal: Layout['terminal'],
): Layout {
  const sample = rows.slice(0, measuredRows)
  const widths = columns.map(({ name, format }, index) =>
    Math.min(
      widestCell,
      sample.reduce(
        (width, row) => Math.max(width, measureWidth(showCell(row[index] ?? null, format.text))),
        measureWidth(escapeControls(name)),
      ),
    ),
  )
  return { widths, terminal }
}

function renderHead(columns: readonly FormattedColumn[], layout: Layout): string {
  const names = columns.map(({ name, format }, index) =>
    align(escapeControls(name), layout.widths[index] ?? 0, format.numeric, layout),
  )
  const rule = columns.map((_, index) => '─'.repeat(layout.widths[index] ?? 0))
  return `${finishLine(names, layout)}${finishLine(rule, layout)}`
}

function renderRow(columns: readonly FormattedColumn[], row: readonly Cell[], layout: Layout): string {
  const cells = columns.map(({ format }, index) =>
    align(showCell(row[index] ?? null, format.text), layout.widths[index] ?? 0, format.numeric, layout),
  )
  return finishLine(cells, layout)
}

function finishLine(cells: readonly string[], { terminal }: Layout): string {
  const line = cells.join('  ').trimEnd()
  return `${terminal.isTerminal ? cutToWidth(line, terminal.width) : line}\n`
}

function align(text: string, width: number, right: boolean, { terminal }: Layout): string {
  const cut = terminal.isTerminal ? cutToWidth(text, widestCell) : text
  const padding = ' '.repeat(Math.max(0, width - measureWidth(cut)))
  return right ? padding + cut : cut + padding
}

function showCell<C>(cell: C | null, format: (cell: C) => string): string {
  if (cell === null) return 'NULL'
  const text = format(cell)
  return text === 'NULL' ? "'NULL'" : escapeControls(text)
}
