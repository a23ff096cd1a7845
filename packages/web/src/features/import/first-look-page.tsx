import { Button } from '@mantine/core'
import type { TableProfile } from '@keyhold/contract'
import { useNavigate, useParams } from '@tanstack/react-router'
import LayoutDashboard from 'lucide-react/icons/layout-dashboard'
import { useMemo, useState } from 'react'
import { useAsk } from '../../api/documents.ts'
import { useProjectId } from '../../api/projects.ts'
import { useData } from '../../api/use-data.ts'
import { formatQuantity } from '../../ui/format.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { suggestCharts } from '../charts/suggest-charts.ts'
import { ColumnCard } from './column-card.tsx'
import { describeSource } from './describe-source.ts'
import classes from './first-look-page.module.css'
import { useImportTasks } from './import-tasks.ts'
import { readSuggestion, saveSuggestions } from './save-suggestions.ts'
import { SuggestionTile } from './suggestion-tile.tsx'
import { TypeCorrections } from './type-corrections.tsx'

/** A table seen for the first time: what is in each column, three charts, and one click to a dashboard. */
export function FirstLookPage() {
  const project = useProjectId()
  const { bucket, table } = useParams({ from: '/member/p/$project/import/$bucket/$table' })
  const profile = useData(project, 'table.profile', { bucket, table }, (answer) => answer as TableProfile)
  const name = `${bucket}.${table}`
  const rows = profile.data === undefined ? '\u00a0' : describe(profile.data)
  return (
    <>
      <PageHeader
        title={name}
        about={rows}
        actions={<MakeDashboard project={project} bucket={bucket} table={table} profile={profile.data} />}
      />
      {profile.error !== null ? (
        <ProblemAlert error={profile.error} onRetry={() => void profile.refetch()} />
      ) : profile.data === undefined ? (
        <BlockSkeleton height={480} />
      ) : (
        <FirstLook project={project} bucket={bucket} table={table} profile={profile.data} />
      )}
    </>
  )
}

function describe({ rows, columns }: TableProfile): string {
  return `${formatQuantity(rows, 'row')} in ${formatQuantity(columns.length, 'column')}. Profiled in your data plane, opened here.`
}

type LookProps = {
  readonly project: string
  readonly bucket: string
  readonly table: string
  readonly profile: TableProfile
}

function FirstLook({ project, bucket, table, profile }: LookProps) {
  const suggestions = useMemo(() => suggestCharts(profile, { bucket, table }), [profile, bucket, table])
  const task = useImportTasks().findLast(
    ({ choice, project: of }) => of === project && choice.bucket === bucket && choice.table === table,
  )
  const [types, setTypes] = useState<ReadonlyMap<string, string>>(() => new Map())
  const correct = (column: string, type: string, was: string): void => {
    const next = new Map(types)
    if (type === was) next.delete(column)
    else next.set(column, type)
    setTypes(next)
  }
  const correctable = task !== undefined && task.choice.settings.format !== 'parquet'
  return (
    <div className={classes.stack}>
      <div className={classes.charts}>
        {suggestions.map((suggestion) => {
          const { report } = readSuggestion(suggestion, profile)
          return <SuggestionTile key={suggestion.title} project={project} report={report} />
        })}
      </div>
      {task?.report != null && (
        <p className={classes.facts}>
          Found out: {describeSource(task.report)}. Is a type not right? Choose another one at its column.
        </p>
      )}
      {task !== undefined && types.size > 0 && (
        <TypeCorrections task={task} profile={profile} types={types} onDone={() => setTypes(new Map())} />
      )}
      <Panel title="Columns">
        <div className={classes.columns}>
          {profile.columns.map((column) => (
            <ColumnCard
              key={column.name}
              column={column}
              rows={profile.rows}
              type={types.get(column.name) ?? column.type}
              {...(correctable ? { onType: (type: string) => correct(column.name, type, column.type) } : {})}
            />
          ))}
        </div>
      </Panel>
    </div>
  )
}

type MakeProps = {
  readonly project: string
  readonly bucket: string
  readonly table: string
  readonly profile: TableProfile | undefined
}

function MakeDashboard({ project, bucket, table, profile }: MakeProps) {
  const ask = useAsk(project)
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const make = async (): Promise<void> => {
    if (profile === undefined) return
    setBusy(true)
    setError(null)
    try {
      const dashboard = await saveSuggestions(ask, { project, bucket, table }, profile)
      await navigate({ to: '/p/$project/dashboards/$dashboard', params: { project, dashboard } })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        leftSection={<LayoutDashboard size={16} aria-hidden="true" />}
        disabled={profile === undefined || profile.rows === 0}
        loading={busy}
        onClick={() => void make()}
      >
        Make a dashboard of these
      </Button>
      {error !== null && <ProblemAlert error={error} />}
    </>
  )
}
