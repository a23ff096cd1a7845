import { Badge, Group } from '@mantine/core'
import type { Suite } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import BadgeCheck from 'lucide-react/icons/badge-check'
import { useProjectId } from '../../api/projects.ts'
import { projectKeysOptions, type ProjectKeys } from '../../api/trust.ts'
import { useSession } from '../../api/use-data.ts'
import { formatMoment } from '../../ui/format.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import classes from './settings-page.module.css'

const suites: Readonly<Record<Suite, string>> = {
  'mlkem768-x25519': 'ML-KEM-768 with X25519 (post-quantum hybrid)',
  x25519: 'X25519',
}

/** The keys that everything for this project is sealed to. */
export function KeysPanel() {
  const { caller } = useSession()
  const keys = useQuery(projectKeysOptions(caller, useProjectId()))
  return (
    <Panel title="Sealing keys">
      {keys.error !== null && <ProblemAlert error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isLoading && <BlockSkeleton height={220} />}
      {keys.data !== undefined && <Keys keys={keys.data} />}
    </Panel>
  )
}

function Keys({ keys }: { readonly keys: ProjectKeys }) {
  const { set, anchorFingerprint, dataPlane } = keys
  return (
    <>
      <p className={classes.checked}>
        <BadgeCheck size={17} aria-hidden="true" /> Signed by your anchor, checked in this browser
      </p>
      <KeyValue
        items={[
          ['Set', `number ${set.number}`],
          [
            'Suites',
            <Group key="suites" gap={6}>
              {set.keys.map(({ keyId, suite }) => (
                <Badge key={keyId} variant="light" tt="none" fw={550} title={keyId}>
                  {suites[suite]}
                </Badge>
              ))}
            </Group>,
          ],
          ['Made', formatMoment(set.created)],
          ['Valid until', formatMoment(set.expires)],
          [
            'Data plane',
            <code key="plane" className={classes.code}>
              {dataPlane}
            </code>,
          ],
          [
            'Anchor',
            <code key="anchor" className={classes.fingerprint}>
              {anchorFingerprint}
            </code>,
          ],
        ]}
      />
    </>
  )
}
