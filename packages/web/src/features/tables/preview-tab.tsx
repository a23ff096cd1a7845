import Table2 from 'lucide-react/icons/table-2'
import type { Table } from '../../api/catalogue.ts'
import { useResult } from '../../api/use-data.ts'
import { Empty } from '../../ui/empty.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { ResultGrid } from '../results/result-grid.tsx'
import classes from './preview-tab.module.css'
import { quoteTable } from './quote-name.ts'

const shown = 100

/** The first hundred rows, opened in this browser. */
export function PreviewTab({ project, table }: { readonly project: string; readonly table: Table }) {
  const loaded = table.sequence > 0
  // The sequence is a comment of the statement so that a new load asks anew.
  const sql = `select * from ${quoteTable(table)} limit ${shown} -- ${table.sequence}`
  const result = useResult(project, { sql }, { enabled: loaded })
  if (!loaded) {
    return (
      <Empty
        icon={<Table2 size={22} />}
        title="Nothing in it yet"
        about="Rows are here once a file was loaded into it."
      />
    )
  }
  if (result.error !== null) return <ProblemAlert error={result.error} onRetry={() => void result.refetch()} />
  if (result.data === undefined) return <BlockSkeleton height={420} />
  return (
    <div className={classes.grid}>
      <ResultGrid result={result.data.table} label={`First ${shown} rows of ${table.bucket}.${table.name}`} />
    </div>
  )
}
