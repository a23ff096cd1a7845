import { useQuery } from '@tanstack/react-query'
import { useMatches } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Title } from '@mantine/core'
import { tablesOptions } from '../../api/catalogue.ts'
import { useProjectId } from '../../api/projects.ts'
import { ExchangesPanel } from './exchanges-panel.tsx'
import { HeldTable } from './held-table.tsx'
import { Legend } from './legend.tsx'
import classes from './operator-page.module.css'
import { findOperatorPage } from './registry.ts'
import { SubjectRows } from './subject-rows.tsx'

/** The page at this address as the control plane has it. */
export function OperatorPage() {
  const project = useProjectId()
  const match = useMatches().at(-1)
  const entry = findOperatorPage(match?.fullPath ?? '/')
  const table = (match?.params as { table?: string } | undefined)?.table
  const known = useQuery({ ...tablesOptions(project), enabled: entry.table === true }).data
  const named = entry.table === true ? known?.find(({ id }) => id === table) : undefined
  const title = named === undefined ? entry.title : `${named.bucket}.${named.name}`
  useEffect(() => {
    const before = document.title
    document.title = `${title}, as the operator sees it · Keyhold`
    return () => {
      document.title = before
    }
  }, [title])
  return (
    <div className={classes.page} data-testid="operator-page">
      <header className={classes.header}>
        <p className={classes.eyebrow}>As the operator has it</p>
        <Title order={1}>{title}</Title>
        <p className={classes.sentence}>
          <span className={classes.hidden}>{entry.hidden}</span> <span>{entry.visible}</span>
        </p>
        <Legend />
      </header>
      {entry.table === true && table !== undefined && <HeldTable project={project} table={table} />}
      {entry.exchanges === true && <ExchangesPanel />}
      {entry.subjects.map((subject) => (
        <SubjectRows key={subject} project={project} subject={subject} only={entry.only} />
      ))}
    </div>
  )
}
