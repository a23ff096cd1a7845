/** Columns, bars, lines and areas as ECharts draws them. */
import type { EChartsCoreOption } from 'echarts/core'
import { otherName } from './build-cartesian.ts'
import { axisText, grid, namesAxis, titleOf, tooltip, valueAxis, type Hovered, type OptionInput } from './chart-axes.ts'
import type { CartesianModel } from './chart-model.ts'
import { turnPalette } from './chart-theme.ts'
import { axisLabels, formatShare } from './tabulate-chart.ts'

export function drawCartesian(model: CartesianModel, input: OptionInput): EChartsCoreOption {
  const lying = model.kind === 'bar'
  const continuous = model.kind === 'line' || model.kind === 'area'
  const share = model.stack === 'share'
  const { axis } = model
  const labels = axisLabels(axis, model.format.full)
  const byValue = continuous && axis.type !== 'names'
  const write = share ? (value: number) => `${Math.round(value * 100)} %` : model.format.short
  const places: EChartsCoreOption = byValue
    ? {
        type: axis.type === 'times' ? 'time' : 'value',
        scale: true,
        axisLine: { lineStyle: { color: input.theme.line } },
        axisTick: { show: false },
        splitLine: { show: false },
        splitNumber: Math.max(2, Math.floor(input.width / 110)),
        axisLabel: { ...axisText(input), ...(axis.type === 'numbers' ? { formatter: model.format.short } : {}) },
        ...(axis.type === 'times' && axis.unit !== 'hour' && axis.unit !== 'minute' && axis.unit !== 'second'
          ? { minInterval: 86_400_000 }
          : {}),
      }
    : { ...namesAxis(labels, input, lying, axis.type === 'times'), ...(continuous ? { boundaryGap: false } : {}) }
  const values = { ...valueAxis(write, input, model.kind !== 'line'), ...(share ? { max: 1, interval: 0.25 } : {}) }
  const titled = { ...places, ...titleOf(lying ? '' : model.xTitle, input) }
  return {
    grid,
    tooltip: { ...tooltip(input), trigger: 'axis', formatter: tellPlace(model, labels, input) },
    xAxis: lying ? { ...values, ...titleOf(model.yTitle, input) } : titled,
    yAxis: lying ? titled : values,
    series: drawSeries(model, input, byValue),
  }
}

/** The axes' numbers of one series; with `share`, each value over the sum at its place. */
function seriesValues(model: CartesianModel, index: number, hidden: ReadonlySet<string>): readonly (number | null)[] {
  const values = model.series[index]?.values ?? []
  if (model.stack !== 'share') return values
  const shown = model.series.filter((series) => !hidden.has(series.name))
  return values.map((value, place) => {
    const sum = shown.reduce((total, series) => total + Math.abs(series.values[place] ?? 0), 0)
    return value === null || sum === 0 ? null : value / sum
  })
}

function drawSeries(model: CartesianModel, input: OptionInput, byValue: boolean): EChartsCoreOption[] {
  const { axis } = model
  const places = axis.type === 'times' ? axis.instants : axis.type === 'numbers' ? axis.values : []
  const palette = turnPalette(input.theme.series, input.colour)
  return model.series.flatMap((series, index) => {
    if (input.hidden.has(series.name)) return []
    const values = seriesValues(model, index, input.hidden)
    const data = byValue ? values.map((value, place) => [places[place], value]) : greyOther(values, axis, input)
    const common = {
      name: series.name,
      data,
      itemStyle: { color: series.name === otherName ? input.theme.muted : palette[index % palette.length] },
      ...(model.stack === 'none' ? {} : { stack: 'all' }),
      label: {
        show: input.labels,
        color: input.theme.ink,
        fontSize: 11,
        position: model.stack === 'none' ? (model.kind === 'bar' ? 'right' : 'top') : 'inside',
        formatter: ({ dataIndex }: { dataIndex: number }) => model.format.short(series.values[dataIndex] ?? 0),
      },
      labelLayout: { hideOverlap: true },
    }
    return [model.kind === 'line' || model.kind === 'area' ? drawLine(common, model, input) : drawBar(common, model)]
  })
}

function drawBar(common: EChartsCoreOption, model: CartesianModel): EChartsCoreOption {
  const radius = model.stack === 'none' ? (model.kind === 'bar' ? [0, 3, 3, 0] : [3, 3, 0, 0]) : 0
  const itemStyle = { ...(common['itemStyle'] as object), borderRadius: radius }
  return { ...common, type: 'bar', barMaxWidth: 44, barCategoryGap: '28%', barGap: '8%', itemStyle }
}

function drawLine(common: EChartsCoreOption, model: CartesianModel, input: OptionInput): EChartsCoreOption {
  const few = (model.series[0]?.values.length ?? 0) <= 40
  const opacity = model.stack === 'none' ? 0.14 : 0.72
  return {
    ...common,
    type: 'line',
    smooth: input.smooth ? 0.3 : false,
    showSymbol: few && model.stack === 'none',
    symbol: 'circle',
    symbolSize: 5,
    sampling: model.stack === 'none' ? 'lttb' : undefined,
    lineStyle: { width: 2 },
    ...(model.kind === 'area' ? { areaStyle: { opacity } } : {}),
  }
}

/** Lines of a tooltip: the place, then each series that has a value there, largest first. */
function tellPlace(model: CartesianModel, labels: readonly string[], { hidden }: OptionInput) {
  return (hovered: readonly Hovered[]): string => {
    const place = hovered[0]?.dataIndex ?? 0
    const lines = model.series
      .filter((series) => !hidden.has(series.name))
      .map((series) => ({ name: series.name, value: series.values[place] ?? null }))
      .filter((line) => line.value !== null)
    if (model.series.length > 3) lines.sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    const total = lines.reduce((sum, line) => sum + (line.value ?? 0), 0)
    const told = lines.map(({ name, value }) => {
      const share = model.stack === 'share' && total > 0 ? ` (${formatShare(value ?? 0, total)})` : ''
      return `${name}  ${model.format.full(value ?? 0)}${share}`
    })
    return [labels[place] ?? '', ...told].join('\n')
  }
}

/** The bar of all further categories is no category: it has no colour of the palette. */
function greyOther(
  values: readonly (number | null)[],
  axis: CartesianModel['axis'],
  { theme }: OptionInput,
): readonly unknown[] {
  if (axis.type !== 'names' || axis.labels.at(-1) !== otherName) return values
  const last = values.at(-1)
  return [...values.slice(0, -1), { value: last, itemStyle: { color: theme.muted } }]
}
