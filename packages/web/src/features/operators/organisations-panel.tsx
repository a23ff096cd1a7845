import { Alert, Button, Group, Modal, TextInput } from '@mantine/core'
import type { CallOutput, OperatedOrganisation } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Bytes, Count } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { nameOrganisation } from './name-organisation.ts'
import { callAsOperator, forgetOperated, organisationsOptions, useOperatorMay } from './operator-api.ts'
import classes from './operators-page.module.css'

const columns: readonly ListColumn<OperatedOrganisation>[] = [
  {
    key: 'name',
    title: 'Organisation',
    cell: (one) => (
      <>
        {nameOrganisation(one)}
        <div className={classes.id}>{one.id}</div>
      </>
    ),
  },
  { key: 'state', title: 'State', cell: (one) => (one.suspended === null ? one.state : 'suspended') },
  { key: 'plane', title: 'Data plane', cell: (one) => one.dataPlane, secondary: true },
  { key: 'people', title: 'People', cell: (one) => <Count value={one.people} />, numeric: true, secondary: true },
  { key: 'tables', title: 'Tables', cell: (one) => <Count value={one.tables} />, numeric: true, secondary: true },
  { key: 'bytes', title: 'Ciphertext', cell: (one) => <Bytes value={one.bytes} />, numeric: true, secondary: true },
]

/** Organisations by id and figures; those of administration make, suspend and resume them. */
export function OrganisationsPanel() {
  const { data, error, refetch } = useQuery(organisationsOptions)
  const manages = useOperatorMay('organisation.manage')
  const [making, setMaking] = useState(false)
  const [changing, setChanging] = useState<OperatedOrganisation | null>(null)
  const acts: ListColumn<OperatedOrganisation> = {
    key: 'acts',
    title: 'Acts',
    quiet: true,
    cell: (one) => (
      <Button
        variant="default"
        size="xs"
        onClick={() => setChanging(one)}
        aria-label={`${verbOf(one)} ${nameOrganisation(one)}`}
      >
        {verbOf(one)}
      </Button>
    ),
  }
  return (
    <Panel
      title="Organisations"
      flush
      actions={manages && <Button onClick={() => setMaking(true)}>Make an organisation</Button>}
    >
      <DataList
        label="Organisations"
        columns={manages ? [...columns, acts] : columns}
        items={data?.organisations}
        keyOf={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Empty title="No organisation yet" about="The first one is made at the first start." />}
      />
      {making && <MakeOrganisation onClose={() => setMaking(false)} />}
      {changing !== null && <Suspend organisation={changing} onClose={() => setChanging(null)} />}
    </Panel>
  )
}

const verbOf = ({ suspended }: OperatedOrganisation) => (suspended === null ? 'Suspend' : 'Resume')

function Suspend({
  organisation,
  onClose,
}: {
  readonly organisation: OperatedOrganisation
  readonly onClose: () => void
}) {
  const suspends = organisation.suspended === null
  const run = async (): Promise<void> => {
    const params = { organisation: organisation.id }
    await callAsOperator(suspends ? 'suspendOrganisation' : 'resumeOrganisation', { params })
    await forgetOperated()
  }
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`${verbOf(organisation)} ${nameOrganisation(organisation)}?`}
      action={verbOf(organisation)}
      danger={suspends}
      onConfirm={run}
    >
      {suspends
        ? 'Everyone of it is refused at once: people, tokens and its data plane. Its data stays as it is. Its own log says who did it.'
        : 'Its people, tokens and data plane are let in again.'}
    </Confirm>
  )
}

function MakeOrganisation({ onClose }: { readonly onClose: () => void }) {
  const [label, setLabel] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [made, setMade] = useState<CallOutput<'createOrganisation'> | null>(null)
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      setMade(await callAsOperator('createOrganisation', { body: { label: label.trim() } }))
      await forgetOperated()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} centered title="Make an organisation" closeOnClickOutside={made === null}>
      {made === null ? (
        <form onSubmit={(event) => void make(event)}>
          <TextInput
            label="Label"
            description="For operators alone; the organisation names itself when it is set up"
            required
            autoComplete="off"
            data-autofocus
            mb="md"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          {error !== null && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={label.trim() === ''}>
              Make it
            </Button>
          </Group>
        </form>
      ) : (
        <EnrolmentShown made={made} onDone={onClose} />
      )}
    </Modal>
  )
}

type ShownProps = { readonly made: CallOutput<'createOrganisation'>; readonly onDone: () => void }

function EnrolmentShown({ made: { token, serverPin }, onDone }: ShownProps) {
  const line = JSON.stringify({ enrolment: { token }, serverPin, url: location.origin })
  return (
    <>
      <Alert color="ochre" title="Shown this once">
        For whoever runs the organisation’s data plane, within fifteen minutes:{' '}
        <code>npm run data-plane -- --home DIR</code> asks for this line, and then prints the owner’s set-up link.
      </Alert>
      <div className={classes.shown}>
        <code>{line}</code>
        <CopyButton value={line} label="Copy the line" />
      </div>
      <Group justify="flex-end" mt="md">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </>
  )
}
