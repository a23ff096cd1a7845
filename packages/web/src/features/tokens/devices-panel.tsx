import { Badge, Code, Text } from '@mantine/core'
import { listDevices, mayChange, type Device } from '@keyhold/client'
import { decodeBase64url, fingerprint } from '@keyhold/sealed'
import { useQuery } from '@tanstack/react-query'
import MonitorSmartphone from 'lucide-react/icons/monitor-smartphone'
import { peopleOptions } from '../../api/people.ts'
import { useSession } from '../../api/use-data.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EndorseDevice } from './endorse-device.tsx'
import { NotEndorsed } from './not-endorsed.tsx'
import { RemoveDevice } from './remove-device.tsx'
import { rosterOptions } from './roster-options.ts'
import classes from './tokens-page.module.css'

/**
 * Devices that the data plane believes, from the signed chain that this browser checked back to the anchor; all of them, or
 * the person's own.
 */
export function DevicesPanel({ own = false }: { readonly own?: boolean }) {
  const { caller, self } = useSession()
  const roster = useQuery(rosterOptions(caller))
  const people = useQuery({ ...peopleOptions, refetchOnMount: 'always' }).data
  const endorsed = roster.data?.members.has(caller.signer.keyId)
  const describe = ({ person }: Device): string => {
    const found = people?.find(({ id }) => id === person)
    return found?.name ?? found?.email ?? (person === null ? '–' : 'no member now')
  }
  const mayRemove = ({ keyId }: Device): boolean =>
    roster.data !== undefined && mayChange(roster.data, caller.signer.keyId, { kind: 'revoke', keyId })
  const isShown = ({ person, keyId }: Device): boolean => !own || person === self.id || keyId === caller.signer.keyId
  return (
    <Panel title={own ? 'Your devices' : 'Devices'} flush actions={endorsed === true && <EndorseDevice />}>
      {endorsed === false && <NotEndorsed />}
      <DataList
        label="Devices"
        items={roster.data === undefined ? undefined : listDevices(roster.data).filter(isShown)}
        error={roster.error}
        onRetry={() => void roster.refetch()}
        keyOf={({ keyId }) => keyId}
        columns={[
          {
            key: 'name',
            title: 'Device',
            cell: ({ name, keyId }) => (
              <span className={classes.names}>
                <Text span fw={550}>
                  {name}{' '}
                  {keyId === caller.signer.keyId && (
                    <Badge variant="light" tt="none">
                      this browser
                    </Badge>
                  )}
                </Text>
              </span>
            ),
          },
          { key: 'person', title: 'Whose', cell: (device) => describe(device) },
          { key: 'role', title: 'Role', secondary: true, cell: ({ role }) => role },
          { key: 'kind', title: 'Kind', cell: ({ kind }) => (kind === 'owner' ? 'owner’s' : 'endorsed') },
          {
            key: 'key',
            title: 'Key',
            secondary: true,
            cell: (device) => <Mark device={device} whole={own} />,
          },
          {
            key: 'act',
            title: 'Acts',
            quiet: true,
            numeric: true,
            cell: (device) =>
              mayRemove(device) && device.keyId !== caller.signer.keyId && <RemoveDevice device={device} />,
          },
        ]}
        empty={
          <Empty
            icon={<MonitorSmartphone size={22} />}
            title="No devices"
            about="The owner’s device is enrolled at set-up; it endorses the next ones."
          />
        }
      />
    </Panel>
  )
}

/** What the device itself shows, to compare; the beginning of its key where many are listed. */
function Mark({ device: { keyId, publicKey }, whole }: { readonly device: Device; readonly whole: boolean }) {
  const mark = useQuery({
    queryKey: ['fingerprint', keyId],
    queryFn: () => fingerprint(decodeBase64url(publicKey) ?? new Uint8Array()),
    enabled: whole,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  return <Code title={keyId}>{whole ? (mark ?? '…') : `${keyId.slice(0, 16)}…`}</Code>
}
