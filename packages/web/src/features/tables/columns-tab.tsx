import { Code, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Table } from '../../api/catalogue.ts'
import { useMayAsk } from '../../api/may.ts'
import { queryClient } from '../../api/query-client.ts'
import { useDataPlane } from '../../api/use-data.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './columns-tab.module.css'
import { readTableNote, saveTableNote, type TableNote } from './table-note.ts'

/** Names and types, which the operator reads, and descriptions, which it does not. */
export function ColumnsTab({ project, table }: { readonly project: string; readonly table: Table }) {
  const plane = useDataPlane(project)
  const name = `${table.bucket}.${table.name}`
  const queryKey = ['table-note', project, name]
  const note = useQuery({ queryKey, queryFn: ({ signal }) => readTableNote(plane, name, signal), staleTime: 30_000 })
  const [error, setError] = useState<unknown>(null)
  const readOnly = !useMayAsk('document.save')
  const save = async (change: Partial<TableNote>): Promise<void> => {
    if (note.data === undefined) return
    setError(null)
    try {
      await saveTableNote(plane, name, { ...note.data, ...change })
    } catch (failure) {
      setError(failure)
    }
    await queryClient.invalidateQueries({ queryKey })
  }
  const about = (column: string): string => note.data?.columns[column] ?? ''
  return (
    <div className={classes.panels}>
      {(error ?? note.error) !== null && <ProblemAlert error={error ?? note.error} />}
      <Panel>
        <Described
          key={`table ${note.data?.about ?? ''}`}
          label={`What ${name} is`}
          placeholder="What this table is, for those who come after you. Sealed: the operator cannot read it."
          value={note.data?.about ?? ''}
          disabled={readOnly || note.data === undefined}
          onSave={(text) => save({ about: text })}
        />
      </Panel>
      <Panel flush>
        <DataList
          label="Columns"
          items={table.columns}
          keyOf={(column) => column.name}
          columns={[
            { key: 'name', title: 'Column', cell: (column) => <span className={classes.name}>{column.name}</span> },
            { key: 'type', title: 'Type', cell: ({ type }) => <Code className={classes.type ?? ''}>{type}</Code> },
            {
              key: 'about',
              title: 'Description',
              cell: (column) => (
                <Described
                  key={about(column.name)}
                  label={`Description of ${column.name}`}
                  placeholder="–"
                  value={about(column.name)}
                  disabled={readOnly || note.data === undefined}
                  onSave={(text) => save({ columns: { ...note.data?.columns, [column.name]: text } })}
                />
              ),
            },
          ]}
          empty={<Empty title="No columns yet" about="The first file that is loaded gives the table its columns." />}
        />
      </Panel>
    </div>
  )
}

type DescribedProps = {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly disabled: boolean
  readonly onSave: (text: string) => Promise<void>
}

/** A text that is saved when it is left. */
function Described({ label, placeholder, value, disabled, onSave }: DescribedProps) {
  const [text, setText] = useState(value)
  return (
    <Textarea
      variant="unstyled"
      autosize
      minRows={1}
      maxLength={2_000}
      aria-label={label}
      placeholder={placeholder}
      value={text}
      readOnly={disabled}
      classNames={{ input: classes.described ?? '' }}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => {
        if (text.trim() !== value) void onSave(text.trim())
      }}
    />
  )
}
