import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ProvisioningToken } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import KeyRound from 'lucide-react/icons/key-round'
import { api } from '../../api/client.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatMoment } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { useNow } from '../../ui/use-now.ts'
import { forgetProvisioning, provisioningOptions } from './provisioning-options.ts'

/** The tokens, with when each was last heard of. */
export function ProvisioningTokens() {
  const provisioning = useQuery({ ...provisioningOptions, refetchOnMount: 'always' })
  const now = useNow()
  const isLive = ({ revoked, expires }: ProvisioningToken): boolean => revoked === null && Date.parse(expires) > now
  return (
    <Panel title="Tokens" flush>
      <DataList
        label="Provisioning tokens"
        items={provisioning.data?.tokens}
        error={provisioning.error}
        onRetry={() => void provisioning.refetch()}
        keyOf={({ id }) => id}
        columns={[
          { key: 'name', title: 'Token', cell: ({ name }) => <Text fw={550}>{name}</Text> },
          {
            key: 'until',
            title: 'Until',
            numeric: true,
            secondary: true,
            cell: ({ revoked, expires }) => (revoked === null ? formatMoment(expires) : 'ended'),
          },
          {
            key: 'used',
            title: 'Last call',
            numeric: true,
            cell: ({ lastUsed }) =>
              lastUsed === null ? <Text c="dimmed">never</Text> : <Time value={lastUsed} c="dimmed" />,
          },
          {
            key: 'acts',
            title: 'Acts',
            quiet: true,
            numeric: true,
            cell: (token) => isLive(token) && <EndToken token={token} />,
          },
        ]}
        empty={
          <Empty
            icon={<KeyRound size={22} />}
            title="No identity provider is connected"
            about="Make a token and give it to your identity provider with the address above."
          />
        }
      />
    </Panel>
  )
}

function EndToken({ token: { id, name } }: { readonly token: ProvisioningToken }) {
  const [opened, { open, close }] = useDisclosure(false)
  const end = async (): Promise<void> => {
    await api.call('revokeProvisioningToken', { params: { token: id } })
    await forgetProvisioning()
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`End ${name}`}>
        End
      </Button>
      <Confirm opened={opened} onClose={close} title={`End ${name}?`} action="End it" danger onConfirm={end}>
        The identity provider is refused at once. Accounts and groups stay as they are now, and nobody is taken out any
        more who leaves there.
      </Confirm>
    </>
  )
}
