import { useQuery } from '@tanstack/react-query'
import { Time } from '../../ui/figures.tsx'
import { KeyValue } from '../../ui/key-value.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { AnnounceMaintenance } from './announce-maintenance.tsx'
import { useOperatorMay, versionsOptions } from './operator-api.ts'

/** Which versions run, and what was last applied to the database. */
export function VersionsPanel() {
  const { data, error, refetch } = useQuery(versionsOptions)
  const announces = useOperatorMay('maintenance.announce')
  const last = data?.migrations.at(-1)
  return (
    <Panel
      title="Versions"
      actions={announces && data !== undefined && <AnnounceMaintenance announced={data.maintenance} />}
    >
      {error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <BlockSkeleton height={140} />}
      {data !== undefined && (
        <KeyValue
          items={[
            ['Keyhold', data.keyhold],
            ['Node', data.node],
            ['PostgreSQL', data.postgres],
            ['Last migration', last === undefined ? 'none' : last.name],
            ['Applied', last === undefined ? 'never' : <Time key="applied" value={last.applied} />],
            ['Announced work', data.maintenance === null ? 'none' : data.maintenance.message],
          ]}
        />
      )}
    </Panel>
  )
}
