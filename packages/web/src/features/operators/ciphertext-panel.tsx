import { Button, Select, Text } from '@mantine/core'
import type { CallOutput } from '@keyhold/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Bytes, Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { ciphertextOptions, organisationsOptions, proveAgain } from './operator-api.ts'
import { nameOrganisation } from './name-organisation.ts'
import classes from './operators-page.module.css'

type Sealed = CallOutput<'listCiphertext'>['objects'][number]

/** Sealed objects of one organisation, to be fetched for restoring. Nothing here opens them. */
export function CiphertextPanel() {
  const { data } = useQuery(organisationsOptions)
  const [organisation, setOrganisation] = useState<string | null>(null)
  return (
    <Panel title="Ciphertext" flush>
      <div className={classes.inset}>
        <Text>
          <b>Ciphertext only.</b> These are sealed objects as they lie in the store, by id. The control plane holds no
          key to them: they serve to restore a store, not to read. The organisation’s own log says who listed and who
          fetched them.
        </Text>
        <Select
          label="Organisation"
          placeholder="Choose one to list what there is"
          data={data?.organisations.map((one) => ({ value: one.id, label: nameOrganisation(one) })) ?? []}
          value={organisation}
          onChange={setOrganisation}
          mt="md"
        />
      </div>
      {organisation !== null && <Objects key={organisation} organisation={organisation} />}
    </Panel>
  )
}

function Objects({ organisation }: { readonly organisation: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    ciphertextOptions(organisation),
  )
  const [failure, setFailure] = useState<unknown>(null)
  const download = async (object: Sealed): Promise<void> => {
    setFailure(null)
    try {
      await downloadObject(organisation, object.id)
    } catch (problem) {
      setFailure(problem)
    }
  }
  const columns: readonly ListColumn<Sealed>[] = [
    { key: 'id', title: 'Object', cell: ({ id }) => <span className={classes.id}>{id}</span> },
    { key: 'bytes', title: 'Bytes', cell: ({ bytes }) => <Bytes value={bytes} />, numeric: true },
    { key: 'state', title: 'State', cell: ({ state }) => state, secondary: true },
    { key: 'made', title: 'Made', cell: ({ created }) => <Time value={created} />, secondary: true },
    {
      key: 'acts',
      title: 'Acts',
      quiet: true,
      cell: (one) => (
        <Button variant="default" size="xs" onClick={() => void download(one)} aria-label={`Download ${one.id}`}>
          Download
        </Button>
      ),
    },
  ]
  return (
    <>
      {failure !== null && (
        <div className={classes.inset}>
          <ProblemAlert error={failure} />
        </div>
      )}
      <DataList
        label="Ciphertext"
        columns={columns}
        items={data?.pages.flat()}
        keyOf={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <Empty
            title="No sealed objects"
            about="The organisation has stored nothing yet. Choose another one, or look again once its data plane has."
          />
        }
      />
      {hasNextPage && (
        <div className={classes.inset}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show a thousand more
          </Button>
        </div>
      )}
    </>
  )
}

/** The browser saves it as it comes, however large. It asks for the passkey first: a download cannot. */
async function downloadObject(organisation: string, object: string): Promise<void> {
  await proveAgain()
  const link = document.createElement('a')
  link.href = `/v1/operators/organisations/${organisation}/objects/${object}`
  link.download = `${object}.sealed`
  link.click()
}
