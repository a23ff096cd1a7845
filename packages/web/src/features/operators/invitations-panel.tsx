import { Button, Text } from '@mantine/core'
import type { CallOutput } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { callAsOperator, forgetOperated, operatorsOptions, useOperatorMay } from './operator-api.ts'

type Invitation = CallOutput<'listOperators'>['invitations'][number]

const columns: readonly ListColumn<Invitation>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: ({ name, expires }) => (
      <>
        {name}
        <Text size="xs" c="dimmed" component="div">
          ends <Time value={expires} />
        </Text>
      </>
    ),
  },
  { key: 'roles', title: 'Roles', cell: ({ roles }) => roles.join(', ') },
  { key: 'made', title: 'Made', cell: ({ created }) => <Time value={created} />, secondary: true },
]

/** Links that would make an operator of whoever opens them, now. */
export function InvitationsPanel() {
  const { data, error, refetch } = useQuery(operatorsOptions)
  const manages = useOperatorMay('operator.manage')
  const [ending, setEnding] = useState<Invitation | null>(null)
  const acts: ListColumn<Invitation> = {
    key: 'acts',
    title: 'Acts',
    quiet: true,
    cell: (one) => (
      <Button
        variant="default"
        size="xs"
        onClick={() => setEnding(one)}
        aria-label={`Withdraw the invitation of ${one.name}`}
      >
        Withdraw
      </Button>
    ),
  }
  const withdraw = async (): Promise<void> => {
    await callAsOperator('revokeOperatorInvitation', { params: { invitation: ending?.id ?? '' } })
    await forgetOperated()
  }
  return (
    <Panel title="Open invitations" flush>
      <DataList
        label="Open invitations"
        columns={manages ? [...columns, acts] : columns}
        items={data?.invitations}
        keyOf={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <Empty
            title="No open invitations"
            about="A link that was made, on the host too, stands here until it is used or its hour is over."
          />
        }
      />
      <Confirm
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title={`Withdraw the invitation of ${ending?.name ?? ''}?`}
        action="Withdraw"
        danger
        onConfirm={withdraw}
      >
        The link does not work any more, wherever it is.
      </Confirm>
    </Panel>
  )
}
