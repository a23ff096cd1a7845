import { Button, Checkbox, Skeleton, TextInput } from '@mantine/core'
import { readText } from '@keyhold/client'
import { useState } from 'react'
import { useResult } from '../../api/use-data.ts'
import { formatQuantity } from '../../ui/format.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './filter-bar.module.css'
import type { ListFilterProps } from './list-filter-button.tsx'

const most = 500

/** The values of a list filter, to find and choose among; asked for when it is opened. */
export function ListFilterOptions({ project, filter, chosen, onChange }: ListFilterProps) {
  const [sought, setSought] = useState('')
  const options = useResult(project, { sql: filter.options })
  if (options.error !== null) return <ProblemAlert error={options.error} onRetry={() => void options.refetch()} />
  if (options.data === undefined) return <Skeleton height={120} />
  const { table } = options.data
  const rows = Array.from({ length: Math.min(most, table.rows) }, (_, row) => readText(table, 0, row))
  const values = new Set([...chosen, ...rows.filter((value) => value !== null)])
  const found = [...values].filter((value) => value.toLowerCase().includes(sought.trim().toLowerCase()))
  const toggle = (value: string, on: boolean): void =>
    onChange(on ? [...chosen, value] : chosen.filter((other) => other !== value))
  return (
    <>
      <TextInput
        placeholder="Find"
        aria-label={`Find in ${filter.label}`}
        value={sought}
        onChange={(event) => setSought(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.options}>
        {found.map((value) => (
          <Checkbox
            key={value}
            label={value}
            size="sm"
            py={4}
            checked={chosen.includes(value)}
            onChange={(event) => toggle(value, event.currentTarget.checked)}
          />
        ))}
      </div>
      <div className={classes.foot}>
        <span className={classes.label}>{formatQuantity(found.length, 'value')}</span>
        <Button size="compact-sm" variant="subtle" disabled={chosen.length === 0} onClick={() => onChange([])}>
          All
        </Button>
      </div>
    </>
  )
}
