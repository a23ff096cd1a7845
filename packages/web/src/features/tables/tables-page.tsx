import { Code, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import Table2 from 'lucide-react/icons/table-2'
import { tablesOptions, type Table } from '../../api/catalogue.ts'
import { useProjectId } from '../../api/projects.ts'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Bytes, Count, Time } from '../../ui/figures.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'

const columns: readonly ListColumn<Table>[] = [
  { key: 'name', title: 'Table', cell: (table) => <Text fw={550}>{`${table.bucket}.${table.name}`}</Text> },
  {
    key: 'columns',
    title: 'Columns',
    numeric: true,
    secondary: true,
    cell: (table) => <Count value={table.columns.length} />,
  },
  { key: 'rows', title: 'Rows', numeric: true, cell: ({ rows }) => <Count value={rows} /> },
  { key: 'bytes', title: 'Sealed', numeric: true, cell: ({ bytes }) => <Bytes value={bytes} /> },
  {
    key: 'changed',
    title: 'Changed',
    numeric: true,
    secondary: true,
    cell: ({ changed }) => (changed === null ? 'empty' : <Time value={changed} c="dimmed" />),
  },
]

export function TablesPage() {
  const project = useProjectId()
  const tables = useQuery(tablesOptions(project))
  return (
    <>
      <PageHeader title="Tables" about="Each under a key of its own, sealed file by file." />
      <Panel flush>
        <DataList
          label="Tables"
          items={tables.data}
          error={tables.error}
          onRetry={() => void tables.refetch()}
          keyOf={({ id }) => id}
          columns={columns}
          empty={
            <Empty
              icon={<Table2 size={22} />}
              title="No tables yet"
              about={
                <>
                  In a shell: <Code>npx keyhold upload FILE bucket.table</Code>
                </>
              }
            />
          }
        />
      </Panel>
    </>
  )
}
