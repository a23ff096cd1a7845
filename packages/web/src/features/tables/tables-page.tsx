import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import Search from 'lucide-react/icons/search'
import { tablesOptions } from '../../api/catalogue.ts'
import { useProjectId } from '../../api/projects.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterChips } from '../../ui/filter-chips.tsx'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DropAnywhere } from '../import/drop-anywhere.tsx'
import { AuditTableNote } from './audit-table-note.tsx'
import { BringFiles } from './bring-files.tsx'
import { filterTables, listBuckets } from './filter-tables.ts'
import { NoTables } from './no-tables.tsx'
import { tableColumns } from './table-columns.tsx'
import classes from './tables-page.module.css'

/** Every table of the project, found by its name, its bucket or one of its columns. */
export function TablesPage() {
  const project = useProjectId()
  const [fragment, setFragment] = useFragment()
  // Programs load tables too: what was listed a moment ago may be behind.
  const tables = useQuery({ ...tablesOptions(project), refetchOnMount: 'always' })
  const bucket = fragment['bucket'] ?? null
  const text = fragment['q'] ?? ''
  const buckets = listBuckets(tables.data ?? [])
  return (
    <>
      <PageHeader
        title="Tables"
        about="Each under a key of its own, sealed file by file."
        actions={<BringFiles project={project} />}
      />
      {buckets.length > 0 && (
        <div className={classes.filters} role="search" aria-label="Tables">
          <TextInput
            className={classes.text ?? ''}
            aria-label="Find a table"
            placeholder="Table or column …"
            leftSection={<Search size={16} aria-hidden="true" />}
            value={text}
            onChange={(event) => setFragment({ q: event.currentTarget.value })}
          />
          <FilterChips
            label="Bucket"
            chips={buckets.map((each) => ({ value: each.bucket, name: each.bucket, count: each.tables }))}
            chosen={bucket}
            onChoose={(value) => setFragment({ bucket: value })}
          />
        </div>
      )}
      <Panel flush>
        <DataList
          label="Tables"
          items={tables.data === undefined ? undefined : filterTables(tables.data, text, bucket)}
          error={tables.error}
          onRetry={() => void tables.refetch()}
          keyOf={({ id }) => id}
          columns={tableColumns(project)}
          empty={
            buckets.length === 0 ? (
              <NoTables project={project} />
            ) : (
              <Empty title="No table matches" about="Use fewer words, or another bucket." />
            )
          }
        />
      </Panel>
      <AuditTableNote project={project} />
      <DropAnywhere />
    </>
  )
}
