import { Button, Group } from '@mantine/core'
import type { Operator } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ChangeRoles } from './change-roles.tsx'
import { InviteOperator } from './invite-operator.tsx'
import { callAsOperator, forgetOperated, operatorsOptions, useOperatorMay, type OperatorSelf } from './operator-api.ts'

const columns: readonly ListColumn<Operator>[] = [
  { key: 'name', title: 'Name', cell: (one) => one.name },
  { key: 'roles', title: 'Roles', cell: (one) => one.roles.join(', ') },
  {
    key: 'used',
    title: 'Last sign-in',
    cell: (one) => (one.lastUsed === null ? 'never' : <Time value={one.lastUsed} />),
    secondary: true,
  },
]

/** Who the operators are; those of administration invite, change and remove. */
export function PeoplePanel({ self }: { readonly self: OperatorSelf }) {
  const { data, error, refetch } = useQuery(operatorsOptions)
  const manages = useOperatorMay('operator.manage')
  const [inviting, setInviting] = useState(false)
  const [changing, setChanging] = useState<Operator | null>(null)
  const [removing, setRemoving] = useState<Operator | null>(null)
  const acts: ListColumn<Operator> = {
    key: 'acts',
    title: 'Acts',
    quiet: true,
    cell: (one) =>
      one.id !== self.id && (
        <Group gap={6}>
          <Button variant="default" size="xs" onClick={() => setChanging(one)} aria-label={`Roles of ${one.name}`}>
            Roles
          </Button>
          <Button variant="default" size="xs" onClick={() => setRemoving(one)} aria-label={`Remove ${one.name}`}>
            Remove
          </Button>
        </Group>
      ),
  }
  const remove = async (): Promise<void> => {
    await callAsOperator('removeOperator', { params: { operator: removing?.id ?? '' } })
    await forgetOperated()
  }
  return (
    <Panel
      title="People"
      flush
      actions={manages && <Button onClick={() => setInviting(true)}>Invite an operator</Button>}
    >
      <DataList
        label="Operators"
        columns={manages ? [...columns, acts] : columns}
        items={data?.operators}
        keyOf={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Empty title="No operators" about="A link for the first one is made on the host." />}
      />
      {inviting && <InviteOperator onClose={() => setInviting(false)} />}
      {changing !== null && <ChangeRoles operator={changing} onClose={() => setChanging(null)} />}
      <Confirm
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.name ?? ''}?`}
        action="Remove"
        danger
        onConfirm={remove}
      >
        Passkeys and sessions end at once, and what they offered or asked for. The ledger keeps what was done, by an id
        without a name. Whoever removes another administrator needs a second one to invite for a day, even if none is
        left.
      </Confirm>
    </Panel>
  )
}
