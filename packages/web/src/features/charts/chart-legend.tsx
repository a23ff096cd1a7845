import { otherName } from './build-cartesian.ts'
import type { CSSProperties } from 'react'
import type { CellsModel, DrawnModel } from './chart-model.ts'
import classes from './chart.module.css'
import type { Mark } from './name-marks.ts'

type Props = {
  readonly model: DrawnModel
  readonly marks: readonly Mark[]
  readonly hidden: ReadonlySet<string>
  readonly colour: number | undefined
  readonly onToggle: (name: string) => void
}

/** Names of the colours; pressing one switches its series off and on. */
export function ChartLegend({ model, marks, hidden, colour = 1, onToggle }: Props) {
  if (model.shape === 'cells') return <AmountLegend model={model} />
  if (marks.length === 0) return null
  return (
    <ul className={model.shape === 'parts' ? classes.partsLegend : classes.legend} aria-label="Legend">
      {marks.map(({ name, note }, index) => (
        <li key={name}>
          <button
            type="button"
            className={classes.mark}
            aria-pressed={!hidden.has(name)}
            onClick={() => onToggle(name)}
            style={
              {
                '--mark': name === otherName ? 'var(--kh-muted)' : `var(--kh-chart-${((index + colour - 1) % 8) + 1})`,
              } as CSSProperties
            }
          >
            <span className={classes.markName}>{name}</span>
            {note !== null && <span className={classes.markNote}>{note}</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}

function AmountLegend({ model }: { readonly model: CellsModel }) {
  const values = model.cells.map((cell) => cell[2])
  return (
    <div className={classes.amounts}>
      <span>{model.yTitle}</span>
      <span>{model.format.short(Math.min(...values))}</span>
      <span className={classes.ramp} />
      <span>{model.format.short(Math.max(...values))}</span>
    </div>
  )
}
