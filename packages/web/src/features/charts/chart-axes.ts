/** Axes and tooltips, the same for all charts. */
import type { EChartsCoreOption } from 'echarts/core'
import type { ChartTheme } from './chart-theme.ts'

export type OptionInput = {
  readonly theme: ChartTheme
  /** Size of the drawing in pixels. */
  readonly width: number
  readonly height: number
  readonly colour: number | undefined
  readonly labels: boolean
  readonly log: boolean
  readonly smooth: boolean
  readonly from: 'zero' | 'data' | undefined
  /** For people who want nothing to move. */
  readonly still: boolean
  /** Names of series that are switched off. */
  readonly hidden: ReadonlySet<string>
}

export const grid = { left: 4, right: 16, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'all' }

export function tooltip({ theme }: OptionInput): EChartsCoreOption {
  return {
    // Text, not markup: the page refuses markup that is made of text.
    renderMode: 'richText',
    confine: true,
    backgroundColor: theme.surface,
    borderColor: theme.line,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: theme.ink, fontSize: 12, fontFamily: theme.font },
    axisPointer: { type: 'line', lineStyle: { color: theme.muted, width: 1 } },
  }
}

export const axisText = ({ theme }: OptionInput) => ({ color: theme.muted, fontSize: 11, hideOverlap: true })
export const titleOf = (text: string, { theme }: OptionInput) =>
  text === ''
    ? {}
    : { name: text, nameLocation: 'middle', nameTextStyle: { color: theme.muted, fontSize: 11 }, nameGap: 26 }

export function valueAxis(write: (value: number) => string, input: OptionInput, zero: boolean): EChartsCoreOption {
  return {
    type: input.log ? 'log' : 'value',
    scale: !(input.from === undefined ? zero : input.from === 'zero'),
    splitNumber: Math.max(2, Math.min(5, Math.round(input.height / 56))),
    splitLine: { lineStyle: { color: input.theme.line } },
    axisLabel: { ...axisText(input), formatter: write },
  }
}

export function namesAxis(
  labels: readonly string[],
  input: OptionInput,
  lying: boolean,
  whole = false,
): EChartsCoreOption {
  const room = lying ? Math.min(180, input.width * 0.36) : Math.max(48, Math.min(140, input.width / labels.length))
  const longest = Math.max(...labels.slice(0, 100).map((label) => label.length)) * 6.4
  const slanted = !lying && longest > room && labels.length <= 24
  return {
    type: 'category',
    data: labels,
    inverse: lying,
    axisLine: { show: !lying, lineStyle: { color: input.theme.line } },
    axisTick: { show: false },
    axisLabel: {
      ...axisText(input),
      ...(lying && labels.length <= input.height / 15 ? { interval: 0 } : {}),
      ...(slanted ? { rotate: 38, width: 110 } : { width: room }),
      ...(whole ? { width: undefined, rotate: 0, alignMaxLabel: 'right' } : { overflow: 'truncate' }),
    },
  }
}

/** What a tooltip's function is told. */
export type Hovered = { readonly dataIndex: number; readonly seriesName?: string }
