/** How wide columns are: as their first values need, until someone pulls them. */
import type { ResultTable } from '@keyhold/client'
import { cellReader } from './cell-text.ts'

export const narrowest = 56
const widest = 420
const widestFitted = 900
const sampleRows = 60
/** Of the grid's own type size; measuring text would cost a layout for each value. */
const figureWidth = 8.3
const padding = 22

/** Widths in pixels that suit the first rows. */
export function guessWidths(result: ResultTable): number[] {
  const read = cellReader(result)
  return result.columns.map(({ name, type }, column) => {
    let longest = 4
    for (let row = 0; row < Math.min(result.rows, sampleRows); row++) {
      longest = Math.max(longest, (read(column, row) ?? 'NULL').length)
    }
    const header = Math.max(name.length * 7.6 + 26, Math.min(type.length, 20) * 6.4)
    const wanted = Math.max(longest * figureWidth, header) + padding
    return Math.round(Math.max(narrowest, Math.min(widest, wanted)))
  })
}

/** The width that fits all texts given, measured as they are drawn. */
export function fitWidth(texts: readonly string[], font: string): number {
  const context = document.createElement('canvas').getContext('2d')
  if (context === null) return widest
  context.font = font
  const longest = texts.reduce((most, text) => Math.max(most, context.measureText(text).width), 0)
  return Math.round(Math.max(narrowest, Math.min(widestFitted, longest + padding)))
}
