import { CloseButton, Select, Switch, TextInput } from '@mantine/core'
import Search from 'lucide-react/icons/search'
import { useFragment } from '../../ui/fragment-state.ts'
import { formatCount } from '../../ui/format.ts'
import { spans } from './audit-filter.ts'
import classes from './audit-filters.module.css'
import type { Names } from './describe-entry.ts'

type Props = { readonly actions: readonly string[]; readonly names: Names; readonly routine: number }

const outcomes = [
  { value: 'success', label: 'Succeeded' },
  { value: 'failure', label: 'Failed' },
  { value: 'denied', label: 'Denied' },
]
const kinds = [
  { value: 'person', label: 'People' },
  { value: 'token', label: 'Tokens' },
  { value: 'data_plane', label: 'The data plane' },
  { value: 'anonymous', label: 'Not signed in' },
]

/** Narrows the list; all of it is in the address's fragment, which no server sees. */
export function AuditFilters({ actions, names, routine }: Props) {
  const [fragment, setFragment] = useFragment()
  const set = (name: string) => (value: string | null) => setFragment({ [name]: value })
  const { action } = fragment
  const listed = action === undefined || actions.includes(action) ? [...actions] : [action, ...actions]
  const { object } = fragment
  return (
    <div className={classes.filters} role="search" aria-label="The log">
      <TextInput
        className={classes.text ?? ''}
        aria-label="Search the log"
        placeholder="Who, what, from where …"
        leftSection={<Search size={16} aria-hidden="true" />}
        rightSection={
          fragment['q'] !== undefined && (
            <CloseButton aria-label="Clear the search" onClick={() => setFragment({ q: null })} />
          )
        }
        value={fragment['q'] ?? ''}
        onChange={(event) => setFragment({ q: event.currentTarget.value })}
      />
      <Select
        aria-label="Action"
        placeholder="Any action"
        clearable
        searchable
        data={listed.toSorted()}
        value={action ?? null}
        onChange={set('action')}
      />
      <Select
        aria-label="Actor"
        placeholder="Anyone"
        clearable
        data={kinds}
        value={fragment['actor'] ?? null}
        onChange={set('actor')}
      />
      <Select
        aria-label="Outcome"
        placeholder="Any outcome"
        clearable
        data={outcomes}
        value={fragment['outcome'] ?? null}
        onChange={set('outcome')}
      />
      <Select
        aria-label="Time"
        placeholder="Any time"
        clearable
        data={spans.map(({ value, label }) => ({ value, label }))}
        value={fragment['since'] ?? null}
        onChange={set('since')}
      />
      <Switch
        className={classes.routine ?? ''}
        label={routine > 0 ? `Routine reading (${formatCount(routine)} hidden)` : 'Routine reading'}
        checked={fragment['routine'] === 'shown'}
        onChange={(event) => setFragment({ routine: event.currentTarget.checked ? 'shown' : null })}
      />
      {object !== undefined && (
        <button type="button" className={classes.object} onClick={() => setFragment({ object: null })}>
          About {names.get(object) ?? `${object.slice(0, 13)}…`} <span aria-hidden="true">×</span>
        </button>
      )}
    </div>
  )
}
