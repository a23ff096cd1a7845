import type { Output } from '../command.ts'

/** Small tables of our own: columns aligned, numbers to the right, cut at the terminal's edge. */
export function renderGrid(head: readonly string[], rows: readonly (readonly string[])[], output: Output): string {
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[\d,.]+( [kMGTP]?B)?$/.test(row[column] ?? '')),
  )
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)))
  const render = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0
      return numeric[column] === true ? cell.padStart(width) : cell.padEnd(width)
    })
    const line = padded.join('  ').trimEnd()
    return output.isTerminal ? line.slice(0, output.width) : line
  }
  return [head, ...rows].map((row) => `${render(row)}\n`).join('')
}
