import type { ChartSpec } from '@keyhold/contract'
import type { ECharts } from 'echarts/core'
import { useEffect, useRef, useState, type RefObject } from 'react'
import type { OptionInput } from './chart-axes.ts'
import { composePicture } from './chart-picture.ts'
import { buildOption, type CanvasModel } from './chart-option.ts'
import type { ChartProps } from './chart-props.ts'
import { readChartTheme } from './chart-theme.ts'
import { runInTurn } from '../../ui/in-turn.ts'
import classes from './chart.module.css'
import { initChart, loadShape } from './echarts.ts'
import { nameMarks } from './name-marks.ts'

type Props = {
  readonly model: CanvasModel
  readonly spec: ChartSpec
  readonly title: string
  readonly scheme: 'light' | 'dark'
  readonly hidden: ReadonlySet<string>
} & Pick<ChartProps, 'onReady'>

/** The drawing itself. `data-drawn` is set when all of it is on the screen. */
export function ChartCanvas({ model, spec, title, scheme, hidden, onReady }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useDrawing(place, model.shape)

  useEffect(() => {
    const element = place.current
    if (element === null || chart === null) return
    const draw = (): void => {
      element.removeAttribute('data-drawn')
      chart.resize()
      chart.setOption(buildOption(model, describeInput(element, { spec, scheme, hidden })), { notMerge: true })
    }
    const takeBack = runInTurn(draw)
    let first = true
    const watcher = new ResizeObserver(() => {
      // The observer also tells the size that was just drawn.
      if (!first) draw()
      first = false
    })
    watcher.observe(element)
    return () => {
      takeBack()
      watcher.disconnect()
    }
  }, [chart, model, spec, scheme, hidden])

  useEffect(() => {
    const element = place.current
    if (element === null || chart === null || onReady === undefined) return
    const marks = nameMarks(model).filter((mark) => !hidden.has(mark.name))
    const theme = readChartTheme(element, scheme)
    const toPng = async (): Promise<Blob> =>
      composePicture(chart.renderToCanvas({ pixelRatio: 2 }), { title, marks, theme, colour: spec.colour })
    onReady({ toPng })
    return () => onReady(null)
  }, [chart, model, spec.colour, scheme, hidden, title, onReady])

  return <div ref={place} className={classes.canvas} aria-hidden="true" />
}

/** An empty drawing in its place, for as long as the component lives; null until it is there. */
function useDrawing(place: RefObject<HTMLDivElement | null>, shape: CanvasModel['shape']): ECharts | null {
  const [chart, setChart] = useState<ECharts | null>(null)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    let drawing: ECharts | null = null
    let wanted = true
    const begin = (): void => {
      if (!wanted) return
      drawing = initChart(element, null, { renderer: 'canvas' })
      drawing.on('finished', () => element.setAttribute('data-drawn', 'true'))
      setChart(drawing)
    }
    // A drawing knows the parts that were there when it began.
    const loading = loadShape(shape)
    if (loading === null) begin()
    else void loading.then(begin)
    return () => {
      wanted = false
      setChart(null)
      drawing?.dispose()
    }
  }, [place, shape])
  return chart
}

function describeInput(
  element: HTMLElement,
  { spec, scheme, hidden }: Pick<Props, 'spec' | 'scheme' | 'hidden'>,
): OptionInput {
  return {
    theme: readChartTheme(element, scheme),
    width: element.clientWidth,
    height: element.clientHeight,
    colour: spec.colour,
    labels: spec.labels ?? false,
    log: spec.log ?? false,
    smooth: spec.smooth ?? false,
    from: spec.from,
    still: matchMedia('(prefers-reduced-motion: reduce)').matches,
    hidden,
  }
}
