import { Alert, Button, Checkbox, Group, Modal, TextInput } from '@mantine/core'
import { operatorRoles, type CallOutput } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { callAsOperator, forgetOperated, operatorsOptions, useOperatorMay, type OperatorSelf } from './operator-api.ts'
import classes from './operators-page.module.css'

type Operator = CallOutput<'listOperators'>['operators'][number]

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

/** Who the operators are; those of administration invite and remove. */
export function PeoplePanel({ self }: { readonly self: OperatorSelf }) {
  const { data, error, refetch } = useQuery(operatorsOptions)
  const manages = useOperatorMay('operator.manage')
  const [inviting, setInviting] = useState(false)
  const [removing, setRemoving] = useState<Operator | null>(null)
  const acts: ListColumn<Operator> = {
    key: 'acts',
    title: 'Acts',
    quiet: true,
    cell: (one) =>
      one.id !== self.id && (
        <Button variant="default" size="xs" onClick={() => setRemoving(one)} aria-label={`Remove ${one.name}`}>
          Remove
        </Button>
      ),
  }
  const remove = async (): Promise<void> => {
    await callAsOperator('removeOperator', { params: { operator: removing?.id ?? '' } })
    await forgetOperated()
  }
  return (
    <Panel
      title="Who the operators are"
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
      {inviting && <Invite onClose={() => setInviting(false)} />}
      <Confirm
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.name ?? ''}?`}
        action="Remove"
        danger
        onConfirm={remove}
      >
        Passkeys and sessions end at once. The ledger keeps what was done, by an id without a name.
      </Confirm>
    </Panel>
  )
}

function Invite({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [roles, setRoles] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [link, setLink] = useState<string | null>(null)
  const invite = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const held = operatorRoles.filter((role) => roles.includes(role))
      const { secret } = await callAsOperator('inviteOperator', { body: { name: name.trim(), roles: held } })
      setLink(`${location.origin}/operators/enrol#${secret}`)
      await forgetOperated()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} centered title="Invite an operator" closeOnClickOutside={link === null}>
      {link === null ? (
        <form onSubmit={(event) => void invite(event)}>
          <TextInput
            label="Name"
            required
            autoComplete="off"
            data-autofocus
            mb="md"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label="Roles" value={roles} onChange={setRoles} mb="md">
            {operatorRoles.map((role) => (
              <Checkbox key={role} value={role} label={role} mt="xs" />
            ))}
          </Checkbox.Group>
          {error !== null && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={name.trim() === '' || roles.length === 0}>
              Invite
            </Button>
          </Group>
        </form>
      ) : (
        <LinkShown link={link} onDone={onClose} />
      )}
    </Modal>
  )
}

function LinkShown({ link, onDone }: { readonly link: string; readonly onDone: () => void }) {
  return (
    <>
      <Alert color="ochre" title="Shown this once">
        It works once, for an hour, for whoever opens it: give it over a channel that you trust.
      </Alert>
      <div className={classes.shown}>
        <code data-testid="operator-link">{link}</code>
        <CopyButton value={link} label="Copy the link" />
      </div>
      <Group justify="flex-end" mt="md">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </>
  )
}
