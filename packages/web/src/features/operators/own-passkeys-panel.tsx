import { Alert, Button, Group } from '@mantine/core'
import type { OperatorPasskey } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { describeBrowser } from '../../api/device.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { makePasskey } from '../security/passkey.ts'
import { NamePasskey } from './name-passkey.tsx'
import { callAsOperator, forgetOperated, ownPasskeysOptions } from './operator-api.ts'
import classes from './operators-page.module.css'

const nameOf = ({ name, host }: OperatorPasskey) => name ?? `Passkey for ${host}`

const columns: readonly ListColumn<OperatorPasskey>[] = [
  { key: 'name', title: 'Name', cell: nameOf },
  {
    key: 'host',
    title: 'Works under',
    cell: ({ host }) => <span className={classes.id}>{host}</span>,
    secondary: true,
  },
  { key: 'created', title: 'Added', cell: ({ created }) => <Time value={created} />, secondary: true },
  {
    key: 'used',
    title: 'Last used',
    cell: ({ lastUsed }) => (lastUsed === null ? 'not yet' : <Time value={lastUsed} />),
  },
]

async function addPasskey(name: string): Promise<void> {
  const offered = await callAsOperator('beginOperatorPasskey', {})
  const answer = await makePasskey(offered)
  await callAsOperator('addOperatorPasskey', { body: { name, challenge: offered.challenge, answer } })
  await forgetOperated()
}

/** What the operator signs in with: two, so that a lost one locks nobody out. */
export function OwnPasskeysPanel() {
  const { data, error, refetch } = useQuery(ownPasskeysOptions)
  const [adding, setAdding] = useState(false)
  const [naming, setNaming] = useState<OperatorPasskey | null>(null)
  const [removing, setRemoving] = useState<OperatorPasskey | null>(null)
  const only = data?.length === 1
  const acts: ListColumn<OperatorPasskey> = {
    key: 'acts',
    title: 'Acts',
    quiet: true,
    cell: (one) => (
      <Group gap={6}>
        <Button variant="default" size="xs" onClick={() => setNaming(one)} aria-label={`Name ${nameOf(one)}`}>
          Name
        </Button>
        {!only && (
          <Button variant="default" size="xs" onClick={() => setRemoving(one)} aria-label={`Remove ${nameOf(one)}`}>
            Remove
          </Button>
        )}
      </Group>
    ),
  }
  const rename = async (passkey: string, name: string): Promise<void> => {
    await callAsOperator('renameOperatorPasskey', { params: { passkey }, body: { name } })
    await forgetOperated()
  }
  return (
    <Panel title="Your passkeys" flush actions={<Button onClick={() => setAdding(true)}>Add a passkey</Button>}>
      {only && (
        <Alert color="ochre" className={classes.notice ?? ''} title="Only one passkey">
          If it is lost, you need another operator’s link, or one from the host. Add a second one on another device.
        </Alert>
      )}
      <DataList
        label="Your passkeys"
        columns={[...columns, acts]}
        items={data}
        keyOf={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Empty title="No passkeys" about="Sign in again to see them." />}
      />
      {adding && (
        <NamePasskey
          title="Add a passkey"
          action="Make the passkey"
          first={describeBrowser()}
          onClose={() => setAdding(false)}
          onNamed={addPasskey}
        />
      )}
      {naming !== null && (
        <NamePasskey
          title={`Name ${nameOf(naming)}`}
          action="Save"
          first={naming.name ?? ''}
          onClose={() => setNaming(null)}
          onNamed={(name) => rename(naming.id, name)}
        />
      )}
      {removing !== null && <Remove passkey={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  )
}

function Remove({ passkey, onClose }: { readonly passkey: OperatorPasskey; readonly onClose: () => void }) {
  const remove = async (): Promise<void> => {
    await callAsOperator('removeOperatorPasskey', { params: { passkey: passkey.id } })
    await forgetOperated()
  }
  return (
    <Confirm opened onClose={onClose} title={`Remove ${nameOf(passkey)}?`} action="Remove" danger onConfirm={remove}>
      It signs nobody in any more, and your other sessions end at once: whoever has it may be signed in by it.
    </Confirm>
  )
}
