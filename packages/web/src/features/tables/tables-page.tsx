import { Anchor, Button, Code, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import FileUp from 'lucide-react/icons/file-up'
import Table2 from 'lucide-react/icons/table-2'
import { tablesOptions, type Table } from '../../api/catalogue.ts'
import { useProjectId } from '../../api/projects.ts'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Bytes, Count, Time } from '../../ui/figures.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DropAnywhere } from '../import/drop-anywhere.tsx'

const listColumns = (project: string): readonly ListColumn<Table>[] => [
  {
    key: 'name',
    title: 'Table',
    cell: ({ bucket, name, sequence }) =>
      sequence === 0 ? (
        <Text fw={550}>{`${bucket}.${name}`}</Text>
      ) : (
        <Anchor
          fw={550}
          c="var(--kh-ink)"
          renderRoot={(props) => (
            <Link to="/p/$project/import/$bucket/$table" params={{ project, bucket, table: name }} {...props} />
          )}
        >
          {`${bucket}.${name}`}
        </Anchor>
      ),
  },
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
      <PageHeader
        title="Tables"
        about="Each under a key of its own, sealed file by file."
        actions={<BringFiles project={project} />}
      />
      <Panel flush>
        <DataList
          label="Tables"
          items={tables.data}
          error={tables.error}
          onRetry={() => void tables.refetch()}
          keyOf={({ id }) => id}
          columns={listColumns(project)}
          empty={
            <Empty
              icon={<Table2 size={22} />}
              title="No tables yet"
              about={
                <>
                  Drop a file anywhere on this page, or in a shell: <Code>npx keyhold upload FILE bucket.table</Code>
                </>
              }
              action={<BringFiles project={project} />}
            />
          }
        />
      </Panel>
      <DropAnywhere />
    </>
  )
}

function BringFiles({ project }: { readonly project: string }) {
  return (
    <Button
      leftSection={<FileUp size={16} aria-hidden="true" />}
      renderRoot={(props) => <Link to="/p/$project/import" params={{ project }} {...props} />}
    >
      Bring files
    </Button>
  )
}
