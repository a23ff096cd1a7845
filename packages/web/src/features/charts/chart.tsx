import { useComputedColorScheme, VisuallyHidden } from '@mantine/core'
import { lazy, Suspense, useId, useMemo, useState } from 'react'
import { BigNumber } from './big-number.tsx'
import { buildChart } from './build-chart.ts'
import { ChartLegend } from './chart-legend.tsx'
import type { ChartModel } from './chart-model.ts'
import type { ChartProps } from './chart-props.ts'
import { ChartTable } from './chart-table.tsx'
import classes from './chart.module.css'
import { describeChart } from './describe-chart.ts'
import { nameMarks } from './name-marks.ts'

const ChartCanvas = lazy(async () => ({ default: (await import('./chart-canvas.tsx')).ChartCanvas }))

/**
 * A chart of a result, as large as its place (which must have a height). Says in words what it shows; `view` "table"
 * shows the same numbers as a table. What does not fit the result is explained in place, never thrown.
 */
export function Chart({ spec, result, title, view = 'chart', onReady }: ChartProps) {
  const model = useMemo(() => buildChart(spec, result), [spec, result])
  const summary = useMemo(() => describeChart(model), [model])
  const described = useId()
  return (
    <figure className={classes.chart} aria-label={title} aria-describedby={described} data-shape={model.shape}>
      <VisuallyHidden component="figcaption" id={described}>
        {summary}
      </VisuallyHidden>
      <ChartBody model={model} spec={spec} title={title} view={view} {...(onReady === undefined ? {} : { onReady })} />
    </figure>
  )
}

type BodyProps = Omit<ChartProps, 'result'> & { readonly model: ChartModel }

function ChartBody({ model, spec, title, view, onReady }: BodyProps) {
  const scheme = useComputedColorScheme('light')
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set())
  if (model.shape === 'nothing' || model.shape === 'problem') return <ChartMessage model={model} />
  if (view === 'table') return <ChartTable model={model} title={title} />
  if (model.shape === 'number') return <BigNumber model={model} />
  const marks = nameMarks(model)
  const toggle = (name: string): void => {
    const next = new Set(hidden)
    if (!next.delete(name)) next.add(name)
    // The last one stays: an empty chart says nothing.
    if (next.size < marks.length) setHidden(next)
  }
  return (
    <div className={classes.body}>
      <div className={model.shape === 'parts' ? classes.parts : classes.body}>
        <ChartLegend model={model} marks={marks} hidden={hidden} colour={spec.colour} onToggle={toggle} />
        <Suspense fallback={<div className={classes.canvas} />}>
          <ChartCanvas
            model={model}
            spec={spec}
            title={title}
            scheme={scheme}
            hidden={hidden}
            {...(onReady === undefined ? {} : { onReady })}
          />
        </Suspense>
      </div>
      {model.notes.length > 0 && <p className={classes.notes}>{model.notes.join(' ')}</p>}
    </div>
  )
}

function ChartMessage({ model }: { readonly model: Extract<ChartModel, { shape: 'nothing' | 'problem' }> }) {
  return (
    <div className={classes.message}>
      <p>{model.message}</p>
      {model.shape === 'problem' && <p className={classes.remedy}>{model.remedy}</p>}
    </div>
  )
}
