import { Button, Group, Text } from '@mantine/core'
import type { Operator, OperatorRequest } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { callAsOperator, forgetOperated, operatorsOptions, useOperatorMay, type OperatorSelf } from './operator-api.ts'

const whatOf = ({ operator, name }: OperatorRequest) => (operator === null ? `Invite ${name}` : `Roles of ${name}`)

function describeRoles({ operator, roles }: OperatorRequest, operators: readonly Operator[]): string {
  const before = operators.find(({ id }) => id === operator)?.roles
  return before === undefined ? roles.join(', ') : `${before.join(', ')} → ${roles.join(', ')}`
}

type Asking = { readonly request: OperatorRequest; readonly act: 'approve' | 'withdraw' }

/** What one administrator asked for, and another one approves or declines. */
export function RequestsPanel({ self }: { readonly self: OperatorSelf }) {
  const { data, error, refetch } = useQuery(operatorsOptions)
  const manages = useOperatorMay('operator.manage')
  const [asking, setAsking] = useState<Asking | null>(null)
  const operators = data?.operators ?? []
  const nameOf = (id: string) => (id === self.id ? 'you' : (operators.find((one) => one.id === id)?.name ?? id))
  const columns: readonly ListColumn<OperatorRequest>[] = [
    {
      key: 'what',
      title: 'What',
      cell: (one) => (
        <>
          {whatOf(one)}
          <Text size="xs" c="dimmed">
            asked by {nameOf(one.askedBy)}
          </Text>
        </>
      ),
    },
    { key: 'roles', title: 'Roles', cell: (one) => describeRoles(one, operators) },
    { key: 'ends', title: 'Ends', cell: ({ expires }) => <Time value={expires} />, secondary: true },
  ]
  const acts: ListColumn<OperatorRequest> = {
    key: 'acts',
    title: 'Acts',
    quiet: true,
    cell: (request) => (
      <Group gap={6}>
        {request.askedBy !== self.id && (
          <Button
            size="xs"
            onClick={() => setAsking({ request, act: 'approve' })}
            aria-label={`Approve: ${whatOf(request)}`}
          >
            Approve
          </Button>
        )}
        <Button
          variant="default"
          size="xs"
          onClick={() => setAsking({ request, act: 'withdraw' })}
          aria-label={`${verbOf(request, self)}: ${whatOf(request)}`}
        >
          {verbOf(request, self)}
        </Button>
      </Group>
    ),
  }
  if (!manages && data?.requests.length === 0) return null
  return (
    <Panel title="Waiting for a second administrator" flush>
      <DataList
        label="Waiting for a second administrator"
        columns={manages ? [...columns, acts] : columns}
        items={data?.requests}
        keyOf={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <Empty
            title="Nothing waits"
            about="Where there are two administrators, an invitation or a role more that one of them asks for stands here until another one approves it."
          />
        }
      />
      {asking !== null && (
        <Answer
          asking={asking}
          roles={describeRoles(asking.request, operators)}
          self={self}
          onClose={() => setAsking(null)}
        />
      )}
    </Panel>
  )
}

const verbOf = ({ askedBy }: OperatorRequest, { id }: OperatorSelf) => (askedBy === id ? 'Withdraw' : 'Decline')

type AnswerProps = {
  readonly asking: Asking
  readonly roles: string
  readonly self: OperatorSelf
  readonly onClose: () => void
}

function Answer({ asking: { request, act }, roles, self, onClose }: AnswerProps) {
  const approves = act === 'approve'
  const run = async (): Promise<void> => {
    const params = { request: request.id }
    // What is approved is what stands here, whatever the server has by now.
    await (approves
      ? callAsOperator('approveOperatorRequest', { params, body: { roles: request.roles } })
      : callAsOperator('withdrawOperatorRequest', { params }))
    await forgetOperated()
  }
  const verb = approves ? 'Approve' : verbOf(request, self)
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`${verb}: ${whatOf(request)}?`}
      action={verb}
      danger={!approves}
      onConfirm={run}
    >
      {approves ? (
        <>
          With {roles}. Make sure with whoever asked, and not by this page alone, that they did. The ledger has both of
          you.
        </>
      ) : (
        'Nothing comes of it then; it can be asked for again.'
      )}
    </Confirm>
  )
}
