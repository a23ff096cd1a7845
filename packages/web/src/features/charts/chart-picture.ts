import { turnPalette, type ChartTheme } from './chart-theme.ts'
import type { Mark } from './name-marks.ts'

type Heading = {
  readonly title: string
  readonly marks: readonly Mark[]
  readonly theme: ChartTheme
  readonly colour: number | undefined
}

const margin = 32
const titleHeight = 56
const legendHeight = 40

/** A picture to send on: title, legend and drawing on the scheme's surface. Sizes are device pixels. */
export async function composePicture(drawing: HTMLCanvasElement, heading: Heading): Promise<Blob> {
  const { title, marks, theme } = heading
  const top = margin + titleHeight + (marks.length === 0 ? 0 : legendHeight)
  const canvas = document.createElement('canvas')
  canvas.width = drawing.width + 2 * margin
  canvas.height = drawing.height + top + margin
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser gives no canvas to draw on')
  context.fillStyle = theme.surface
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.textBaseline = 'middle'
  context.fillStyle = theme.ink
  context.font = `600 30px ${theme.font}`
  context.fillText(title, margin, margin + titleHeight / 2 - 8, drawing.width)
  drawMarks(context, heading, margin + titleHeight, drawing.width)
  context.drawImage(drawing, margin, top)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be made')) : resolve(blob)))
  })
}

/** As many as fit in one line. */
function drawMarks(context: CanvasRenderingContext2D, heading: Heading, top: number, width: number): void {
  const { marks, theme, colour } = heading
  const palette = turnPalette(theme.series, colour)
  context.font = `24px ${theme.font}`
  let left = margin
  for (const [index, { name, note }] of marks.entries()) {
    const text = note === null ? name : `${name} ${note}`
    const needed = 28 + context.measureText(text).width + 32
    if (left + needed > margin + width) return
    context.fillStyle = palette[index % palette.length] ?? theme.ink
    context.fillRect(left, top - 8, 18, 18)
    context.fillStyle = theme.muted
    context.fillText(text, left + 28, top + 1)
    left += needed
  }
}
