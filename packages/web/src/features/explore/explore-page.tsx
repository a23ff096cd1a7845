import { Button, Group, Text, Textarea } from '@mantine/core'
import Play from 'lucide-react/icons/play'
import { useState, type KeyboardEvent } from 'react'
import { useProjectId } from '../../api/projects.ts'
import { useResult } from '../../api/use-data.ts'
import { formatQuantity } from '../../ui/format.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import classes from './explore-page.module.css'
import { ResultGrid } from '../results/result-grid.tsx'

/** SQL in, rows out. */
export function ExplorePage() {
  const project = useProjectId()
  const [sql, setSql] = useState('')
  const [asked, setAsked] = useState<string | null>(null)
  const result = useResult(project, { sql: asked ?? 'select 1' }, { enabled: asked !== null })
  const run = (): void => {
    if (sql.trim() === '') return
    if (sql === asked) void result.refetch()
    else setAsked(sql)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    run()
  }
  return (
    <>
      <PageHeader title="Explore" about="SQL in DuckDB’s dialect. Question and answer are sealed." />
      <Textarea
        aria-label="SQL"
        placeholder="select … from bucket.table"
        autosize
        minRows={4}
        maxRows={16}
        spellCheck={false}
        value={sql}
        classNames={{ input: classes.sql ?? '' }}
        onChange={(event) => setSql(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Group mt="sm" mb="lg">
        <Button leftSection={<Play size={15} aria-hidden="true" />} loading={result.isFetching} onClick={run}>
          Run
        </Button>
        {result.data !== undefined && (
          <Text c="dimmed" role="status">
            {formatQuantity(result.data.table.rows, 'row')}
            {result.data.meta.cached ? ', from the cache' : ''}
          </Text>
        )}
      </Group>
      {result.error !== null && <ProblemAlert error={result.error} />}
      {result.isLoading && <BlockSkeleton height={280} />}
      {result.data !== undefined && (
        <Panel flush>
          <div className={classes.result}>
            <ResultGrid result={result.data.table} label="Result" />
          </div>
        </Panel>
      )}
    </>
  )
}
