import { useQuery } from '@tanstack/react-query'
import { Bytes, Count, Time } from '../../ui/figures.tsx'
import { KeyValue } from '../../ui/key-value.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { healthOptions } from './operator-api.ts'

/** How the installation is, every ten seconds. */
export function HealthPanel() {
  const { data, error, refetch } = useQuery(healthOptions)
  return (
    <Panel title="Health">
      {error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <BlockSkeleton height={200} />}
      {data !== undefined && (
        <KeyValue
          items={[
            ['Organisations', <Count key="all" value={data.organisations.all} />],
            ['Suspended', <Count key="suspended" value={data.organisations.suspended} />],
            ['Data planes connected', <Count key="connected" value={data.organisations.connected} />],
            ['Jobs waiting', <Count key="queued" value={data.jobs.queued} />],
            ['Jobs running', <Count key="running" value={data.jobs.running} />],
            ['Database', <Bytes key="database" value={data.database.bytes} />],
            ['Disk free', <Bytes key="disk" value={data.disk.freeBytes} />],
            ['Memory of this process', <Bytes key="memory" value={data.process.memoryBytes} />],
            ['Started', <Time key="started" value={data.process.started} />],
            ['Ledger entries', <Count key="ledger" value={data.ledger.size} />],
            ['Entries not yet in a tree', <Count key="waiting" value={data.ledger.waiting} />],
            ['Mails waiting', <Count key="mails" value={data.mails.waiting} />],
            [
              'Oldest of them',
              data.mails.oldest === null ? 'none waits' : <Time key="oldest" value={data.mails.oldest} />,
            ],
            ['Mail', data.mail === 'smtp' ? 'goes out' : 'stays in the outbox of the server'],
          ]}
        />
      )}
    </Panel>
  )
}
