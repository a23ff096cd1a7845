import { Button, Group, Text, Textarea } from '@mantine/core'
import { ApiError, type AddressList } from '@keyhold/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { useProjectId } from '../../api/projects.ts'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { readRanges } from './read-ranges.ts'

const addressesOptions = queryOptions({
  queryKey: ['addresses'],
  queryFn: () => api.call('listAddresses', {}),
})

/** AIV-06: from where this organisation and this project may be called. */
export function AddressesPanel() {
  const { self } = useSession()
  const project = useProjectId()
  const addresses = useQuery(addressesOptions)
  // Who may not see the lists has no use for the panel.
  if (addresses.error instanceof ApiError && addresses.error.code === 'access.denied') return null
  return (
    <Panel title="Allowed addresses">
      {addresses.error !== null && <ProblemAlert error={addresses.error} onRetry={() => void addresses.refetch()} />}
      {addresses.isPending && <BlockSkeleton height={180} />}
      {addresses.data !== undefined && (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            In force at once, for open sessions too. You call from{' '}
            <code>{addresses.data.present ?? 'nowhere known'}</code>.
          </Text>
          <RangeForm
            label="The whole organisation"
            kind="organisation"
            subject={self.organisation}
            {...addresses.data}
          />
          <RangeForm key={project} label="This project, besides" kind="project" subject={project} {...addresses.data} />
        </>
      )}
    </Panel>
  )
}

type FormProps = {
  readonly label: string
  readonly kind: 'organisation' | 'project'
  readonly subject: string
  readonly lists: readonly AddressList[]
}

function RangeForm({ label, kind, subject, lists }: FormProps) {
  const known = (lists.find((list) => list.kind === kind && list.subject === subject)?.ranges ?? []).join('\n')
  const [text, setText] = useState(known)
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const changed = readRanges(text).join('\n') !== known

  const set = async (confirm: boolean): Promise<void> => {
    const { list } = await api.call('setAddresses', {
      params: { kind, subject },
      body: { ranges: readRanges(text), confirm },
    })
    setText(list.ranges.join('\n'))
    await queryClient.invalidateQueries({ queryKey: addressesOptions.queryKey })
  }
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await set(false)
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'addresses.locks_out') setAsking(true)
      else setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void save(event)}>
      <Textarea
        label={label}
        description="One address or range a line; none: from everywhere"
        placeholder={'192.0.2.0/24\n2001:db8::/48'}
        minRows={2}
        autosize
        spellCheck={false}
        mt="sm"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="xs">
        <Button
          type="submit"
          size="xs"
          variant="default"
          disabled={!changed}
          loading={busy}
          aria-label={`Save: ${label}`}
        >
          Save
        </Button>
      </Group>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title="Shut yourself out?"
        action="Set it anyway"
        danger
        onConfirm={() => set(true)}
      >
        The address that you call from now is not in this list. Once it is set, nothing that you do here works from this
        address any more, and only a call from an allowed one can take it back.
      </Confirm>
    </form>
  )
}
