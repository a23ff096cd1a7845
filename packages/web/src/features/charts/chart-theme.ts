/** Colours and type of a drawing, from the page's own tokens. */
import { chartPalettes } from '../../ui/palette.ts'

export type ChartTheme = {
  readonly scheme: 'light' | 'dark'
  readonly series: readonly string[]
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly surface: string
  readonly accent: string
  readonly font: string
}

/** Reads the tokens that hold for an element. */
export function readChartTheme(element: Element, scheme: 'light' | 'dark'): ChartTheme {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  return {
    scheme,
    series: chartPalettes[scheme],
    ink: token('--kh-ink'),
    muted: token('--kh-muted'),
    line: token('--kh-line'),
    surface: token('--kh-surface'),
    accent: token('--kh-accent'),
    font: token('--kh-sans'),
  }
}

/** The palette from that colour (1 to 8) on, round. */
export function turnPalette(series: readonly string[], first = 1): readonly string[] {
  return [...series.slice(first - 1), ...series.slice(0, first - 1)]
}
