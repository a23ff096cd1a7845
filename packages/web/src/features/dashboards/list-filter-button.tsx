import { Button, Checkbox, Popover, Skeleton, TextInput } from '@mantine/core'
import { readText } from '@keyhold/client'
import type { ListFilter } from '@keyhold/contract'
import ListFilterIcon from 'lucide-react/icons/list-filter'
import { useState } from 'react'
import { useResult } from '../../api/use-data.ts'
import { formatQuantity } from '../../ui/format.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './filter-bar.module.css'

type Props = {
  readonly project: string
  readonly filter: ListFilter
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

export function ListFilterButton({ project, filter, chosen, onChange }: Props) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover
      position="bottom-start"
      width={300}
      trapFocus
      withinPortal
      shadow="md"
      opened={opened}
      onChange={setOpened}
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<ListFilterIcon size={15} aria-hidden="true" />}
          onClick={() => setOpened(!opened)}
        >
          <span>
            <span className={classes.label}>{filter.label} </span>
            <span className={classes.value}>{describe(chosen)}</span>
          </span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown ?? ''} aria-label={filter.label}>
        {opened && <Options project={project} filter={filter} chosen={chosen} onChange={onChange} />}
      </Popover.Dropdown>
    </Popover>
  )
}

function describe(chosen: readonly string[]): string {
  const [first = 'all'] = chosen
  return chosen.length > 1 ? `${chosen.length} chosen` : first
}

const most = 500

function Options({ project, filter, chosen, onChange }: Props) {
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
