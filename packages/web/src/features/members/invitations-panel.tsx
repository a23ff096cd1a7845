import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Invitation } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatMoment } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { useNow } from '../../ui/use-now.ts'
import { forgetMembers, invitationsOptions } from './member-options.ts'

/** Who was invited and has not come yet. */
export function InvitationsPanel() {
  const now = useNow()
  const invitations = useQuery({ ...invitationsOptions, refetchOnMount: 'always' })
  return (
    <Panel title="Invitations" flush>
      <DataList
        label="Invitations"
        items={invitations.data}
        error={invitations.error}
        onRetry={() => void invitations.refetch()}
        keyOf={({ id }) => id}
        columns={[
          { key: 'email', title: 'Address', cell: ({ email }) => <Text fw={550}>{email}</Text> },
          { key: 'role', title: 'Role', cell: ({ role }) => role },
          {
            key: 'until',
            title: 'Until',
            numeric: true,
            secondary: true,
            cell: ({ expires }) => (Date.parse(expires) <= now ? 'has run out' : formatMoment(expires)),
          },
          {
            key: 'acts',
            title: 'Acts',
            quiet: true,
            numeric: true,
            cell: (invitation) => <RevokeInvitation invitation={invitation} />,
          },
        ]}
        empty={
          <Empty title="No open invitations" about="An invitation waits here until it is accepted, for seven days." />
        }
      />
    </Panel>
  )
}

function RevokeInvitation({ invitation }: { readonly invitation: Invitation }) {
  const [opened, { open, close }] = useDisclosure(false)
  const { id, email } = invitation
  const revoke = async (): Promise<void> => {
    await api.call('revokeInvitation', { params: { invitation: id } })
    await forgetMembers()
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Revoke the invitation of ${email}`}>
        Revoke
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={`Revoke the invitation of ${email}?`}
        action="Revoke"
        danger
        onConfirm={revoke}
      >
        Its link works no more. You can invite the same address again.
      </Confirm>
    </>
  )
}
