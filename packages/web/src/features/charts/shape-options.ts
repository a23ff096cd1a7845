/** Points, parts, bins and cells as ECharts draws them. */
import type { EChartsCoreOption } from 'echarts/core'
import { otherName } from './build-cartesian.ts'
import { axisText, grid, namesAxis, titleOf, tooltip, valueAxis, type Hovered, type OptionInput } from './chart-axes.ts'
import type { BinsModel, CellsModel, PartsModel, PointsModel } from './chart-model.ts'
import { turnPalette } from './chart-theme.ts'
import { formatInstant } from './format-time.ts'
import { formatShare } from './tabulate-chart.ts'

export function drawPoints(model: PointsModel, input: OptionInput): EChartsCoreOption {
  const write = (value: number): string =>
    model.unit === null ? model.format.full(value) : formatInstant(value, model.unit)
  const count = model.groups.reduce((sum, group) => sum + group.points.length / 2, 0)
  const size = count > 5000 ? 3 : count > 500 ? 5 : 8
  const across = {
    ...valueAxis(model.format.short, { ...input, from: 'data', log: false }, false),
    ...(model.unit === null ? {} : { type: 'time', axisLabel: axisText(input) }),
    splitLine: { show: false },
    axisLine: { lineStyle: { color: input.theme.line } },
    ...titleOf(model.xTitle, input),
  }
  return {
    grid,
    tooltip: {
      ...tooltip(input),
      trigger: 'item',
      formatter: ({ value, seriesName }: { value: readonly [number, number]; seriesName?: string }) =>
        `${model.groups.length > 1 ? `${seriesName}\n` : ''}${model.xTitle}  ${write(value[0])}\n${model.yTitle}  ${model.format.full(value[1])}`,
    },
    xAxis: across,
    yAxis: { ...valueAxis(model.format.short, input, false), ...titleOf(model.yTitle, input) },
    series: model.groups
      .filter((group) => !input.hidden.has(group.name))
      .map((group) => ({
        type: 'scatter',
        name: group.name,
        data: pairs(group.points),
        symbolSize: size,
        large: count > 5000,
        itemStyle: {
          opacity: count > 2000 ? 0.4 : 0.72,
          color: turnPalette(input.theme.series, input.colour)[model.groups.indexOf(group) % 8],
        },
      })),
  }
}

function pairs(points: Float64Array): number[][] {
  return Array.from({ length: points.length / 2 }, (_, index) => [points[index * 2] ?? 0, points[index * 2 + 1] ?? 0])
}

export function drawParts(model: PartsModel, input: OptionInput): EChartsCoreOption {
  const palette = turnPalette(input.theme.series, input.colour)
  const shown = model.parts.filter((part) => !input.hidden.has(part.name))
  const total = shown.reduce((sum, part) => sum + part.value, 0)
  return {
    tooltip: {
      ...tooltip(input),
      trigger: 'item',
      formatter: ({ name, value }: { name: string; value: number }) =>
        `${name}\n${model.format.full(value)} (${formatShare(value, total)})`,
    },
    series: [
      {
        type: 'pie',
        radius: model.kind === 'donut' ? ['56%', '88%'] : ['0%', '88%'],
        data: shown.map((part) => ({
          name: part.name,
          value: part.value,
          itemStyle: {
            color: part.name === otherName ? input.theme.muted : palette[model.parts.indexOf(part) % palette.length],
          },
        })),
        label: { show: false },
        itemStyle: { borderColor: input.theme.surface, borderWidth: 2, borderRadius: 3 },
        emphasis: { scaleSize: 4 },
      },
    ],
  }
}

export function drawBins(model: BinsModel, input: OptionInput): EChartsCoreOption {
  const { edges } = model
  const write = (index: number): string => model.format.short(edges[index] ?? 0)
  return {
    grid,
    tooltip: {
      ...tooltip(input),
      trigger: 'axis',
      formatter: ([first]: readonly Hovered[]) => {
        const bin = first?.dataIndex ?? 0
        return `${model.format.full(edges[bin] ?? 0)} to ${model.format.full(edges[bin + 1] ?? 0)}\n${(model.counts[bin] ?? 0).toLocaleString('en-US')} rows`
      },
    },
    xAxis: {
      ...namesAxis(
        model.counts.map((_, index) => write(index)),
        input,
        false,
      ),
      ...titleOf(model.xTitle, input),
    },
    yAxis: valueAxis(model.format.short, input, true),
    series: [{ type: 'bar', data: model.counts, barCategoryGap: '3%', itemStyle: { borderRadius: [2, 2, 0, 0] } }],
  }
}

export function drawCells(model: CellsModel, input: OptionInput): EChartsCoreOption {
  const values = model.cells.map((cell) => cell[2])
  const low = Math.min(...values)
  const high = Math.max(...values)
  return {
    grid,
    tooltip: {
      ...tooltip(input),
      trigger: 'item',
      formatter: ({ value }: { value: readonly [number, number, number] }) =>
        `${model.across[value[0]]}, ${model.down[value[1]]}\n${model.yTitle}  ${model.format.full(value[2])}`,
    },
    xAxis: { ...namesAxis(model.across, input, false), ...titleOf(model.xTitle, input) },
    yAxis: namesAxis(model.down, input, true),
    visualMap: {
      show: false,
      min: low,
      max: high === low ? low + 1 : high,
      inRange: { color: [input.theme.line, input.theme.series[0]] },
    },
    series: [
      {
        type: 'heatmap',
        data: model.cells,
        itemStyle: { borderColor: input.theme.surface, borderWidth: 1, borderRadius: 2 },
      },
    ],
  }
}
