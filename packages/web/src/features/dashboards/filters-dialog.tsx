import { ActionIcon, Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import type { DateFilter, ListFilter } from '@keyhold/contract'
import Trash from 'lucide-react/icons/trash-2'
import { useState } from 'react'
import type { Filter } from './filter-state.ts'
import classes from './filters-dialog.module.css'

type Props = {
  readonly filters: readonly Filter[]
  readonly onClose: () => void
  readonly onChange: (filters: readonly Filter[]) => void
}

const blankDate: DateFilter = { kind: 'date', label: 'Days', from: 'from', to: 'to', first: null, last: null }
const blankList: ListFilter = { kind: 'list', label: '', parameter: '', type: 'text', options: '', chosen: [] }

/** The filters above a dashboard. A report takes part by having parameters of their names. */
export function FiltersDialog({ filters, onClose, onChange }: Props) {
  const [draft, setDraft] = useState<readonly Filter[]>(filters)
  const change = (index: number, filter: Filter): void =>
    setDraft(draft.map((other, at) => (at === index ? filter : other)))
  const sound = draft.every(isSound)
  return (
    <Modal opened onClose={onClose} title="Filters" size="lg" centered>
      <Stack gap="md">
        <Text c="dimmed" size="sm">
          A report follows a filter when its SQL has the filter’s parameters:{' '}
          <code>($from IS NULL OR day &gt;= $from)</code>, <code>($ward IS NULL OR ward IN $ward)</code>.
        </Text>
        {draft.map((filter, index) => (
          <fieldset key={index} className={classes.filter}>
            <legend className={classes.legend}>{filter.kind === 'date' ? 'Days' : 'List'}</legend>
            {filter.kind === 'date' ? (
              <DateFields filter={filter} onChange={(next) => change(index, next)} />
            ) : (
              <ListFields filter={filter} onChange={(next) => change(index, next)} />
            )}
            <ActionIcon
              className={classes.remove ?? ''}
              variant="subtle"
              color="gray"
              aria-label={`Remove the filter ${filter.label}`}
              onClick={() => setDraft(draft.filter((_, at) => at !== index))}
            >
              <Trash size={15} aria-hidden="true" />
            </ActionIcon>
          </fieldset>
        ))}
        <Group gap="xs">
          <Button variant="default" size="sm" onClick={() => setDraft([...draft, blankDate])}>
            Filter by days
          </Button>
          <Button variant="default" size="sm" onClick={() => setDraft([...draft, blankList])}>
            Filter by a list
          </Button>
        </Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={!sound}
            onClick={() => {
              onChange(draft)
              onClose()
            }}
          >
            Change
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const parameterName = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

function isSound(filter: Filter): boolean {
  if (filter.label.trim() === '') return false
  if (filter.kind === 'date') return parameterName.test(filter.from) && parameterName.test(filter.to)
  return parameterName.test(filter.parameter) && filter.options.trim() !== ''
}

type FieldProps<F> = { readonly filter: F; readonly onChange: (filter: F) => void }

function DateFields({ filter, onChange }: FieldProps<DateFilter>) {
  const field = (name: 'label' | 'from' | 'to', label: string) => (
    <TextInput
      label={label}
      value={filter[name]}
      onChange={(event) => onChange({ ...filter, [name]: event.currentTarget.value })}
    />
  )
  return (
    <div className={classes.fields}>
      {field('label', 'Label')}
      {field('from', 'Parameter of the first day')}
      {field('to', 'Parameter of the last day')}
    </div>
  )
}

const types = ['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp'] as const

function ListFields({ filter, onChange }: FieldProps<ListFilter>) {
  return (
    <div className={classes.fields}>
      <TextInput
        label="Label"
        value={filter.label}
        onChange={(event) => onChange({ ...filter, label: event.currentTarget.value })}
      />
      <TextInput
        label="Parameter"
        value={filter.parameter}
        onChange={(event) => onChange({ ...filter, parameter: event.currentTarget.value })}
      />
      <Select
        label="Type of its values"
        data={[...types]}
        value={filter.type}
        allowDeselect={false}
        onChange={(type) => onChange({ ...filter, type: type ?? 'text' })}
      />
      <Textarea
        className={classes.wide ?? ''}
        label="SQL whose first column can be chosen from"
        autosize
        minRows={2}
        spellCheck={false}
        value={filter.options}
        onChange={(event) => onChange({ ...filter, options: event.currentTarget.value })}
      />
    </div>
  )
}
