import { Badge, Tooltip } from '@mantine/core'
import type { QueryAnswer } from '../../api/data-plane.ts'
import { formatDuration, formatQuantity } from '../../ui/format.ts'
import classes from './result-panel.module.css'

type Props = { readonly answer: QueryAnswer; readonly milliseconds: number | null }

/** Rows, time, and what the data plane says of its answer. */
export function ResultFacts({ answer: { table, meta }, milliseconds }: Props) {
  const timings = Object.entries(meta.timings)
  return (
    <div className={classes.facts} role="status">
      <span>{formatQuantity(table.rows, 'row')}</span>
      {milliseconds !== null && (
        <Tooltip
          disabled={timings.length === 0}
          label={timings.map(([name, value]) => `${name} ${formatDuration(value / 1000)}`).join(' · ')}
          withinPortal
        >
          <span className={classes.time}>{formatDuration(milliseconds / 1000)}</span>
        </Tooltip>
      )}
      {meta.cached && (
        <Tooltip label="From the data plane’s result cache: the same question on the same data" withinPortal>
          <Badge size="sm" variant="light" color="gray" tt="none">
            cached
          </Badge>
        </Tooltip>
      )}
      <Tooltip
        label={
          meta.attested
            ? 'A key in the roster signed this question; the answer is sealed to this browser'
            : 'No key in the roster signed this question; the answer is still sealed to this browser'
        }
        withinPortal
      >
        <Badge size="sm" variant="light" tt="none" color={meta.attested ? 'verdigris' : 'ochre'}>
          {meta.attested ? 'attested' : 'unattested'}
        </Badge>
      </Tooltip>
    </div>
  )
}
