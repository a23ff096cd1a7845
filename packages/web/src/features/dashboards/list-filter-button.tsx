import { Button, Popover, Skeleton } from '@mantine/core'
import type { ListFilter } from '@keyhold/contract'
import ListFilterIcon from 'lucide-react/icons/list-filter'
import { lazy, Suspense, useState } from 'react'
import classes from './filter-bar.module.css'

const ListFilterOptions = lazy(async () => ({
  default: (await import('./list-filter-options.tsx')).ListFilterOptions,
}))

export type ListFilterProps = {
  readonly project: string
  readonly filter: ListFilter
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

export function ListFilterButton({ project, filter, chosen, onChange }: ListFilterProps) {
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
        {opened && (
          <Suspense fallback={<Skeleton height={120} />}>
            <ListFilterOptions project={project} filter={filter} chosen={chosen} onChange={onChange} />
          </Suspense>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function describe(chosen: readonly string[]): string {
  const [first = 'all'] = chosen
  return chosen.length > 1 ? `${chosen.length} chosen` : first
}
