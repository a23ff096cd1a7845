import type { NumberModel } from './chart-model.ts'
import classes from './chart.module.css'

/** One number, as large as its place allows, with what it is compared with and the way here. */
export function BigNumber({ model }: { readonly model: NumberModel }) {
  return (
    <div className={classes.number}>
      <div className={classes.numberFit}>
        <span className={classes.value} style={{ '--characters': Math.max(4, model.text.length) } as object}>
          {model.text}
        </span>
      </div>
      {model.comparison !== null && <Comparison model={model} comparison={model.comparison} />}
      {model.trail.length > 1 && <Trail values={model.trail} />}
    </div>
  )
}

type Compared = { readonly model: NumberModel; readonly comparison: NonNullable<NumberModel['comparison']> }

function Comparison({ model, comparison }: Compared) {
  const { change, text, label } = comparison
  const better = change === null || model.better === null ? null : change > 0 === (model.better === 'more')
  const direction = change === null || change === 0 ? '' : change > 0 ? '▲ ' : '▼ '
  return (
    <p className={classes.comparison}>
      {change !== null && (
        <span className={classes.change} data-better={better ?? undefined}>
          {direction}
          {Math.abs(change * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })} %
        </span>
      )}
      <span>
        {label}: {text}
      </span>
    </p>
  )
}

function Trail({ values }: { readonly values: readonly number[] }) {
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * 100
    return `${x.toFixed(2)},${(30 - ((value - low) / span) * 28 - 1).toFixed(2)}`
  })
  return (
    <svg className={classes.trail} viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      <polygon points={`0,30 ${points.join(' ')} 100,30`} />
      <polyline points={points.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
