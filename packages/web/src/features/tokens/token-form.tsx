import { Button, Group, Select, TextInput } from '@mantine/core'
import { createToken } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { tablesOptions } from '../../api/catalogue.ts'
import { useMay } from '../../api/may.ts'
import { useProjectId, useProjects } from '../../api/projects.ts'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import type { Made } from './new-token.tsx'
import { LimitFields, readLimits, type TokenLimits } from './limit-fields.tsx'
import { rosterKey } from './roster-options.ts'
import { ScopePicker } from './scope-picker.tsx'
import { tokensOptions } from './token-options.ts'
import { chooseAccess, readScopes, type Choices } from './token-scopes.ts'

type Props = { readonly onMade: (made: Made) => void; readonly onCancel: () => void }

const lives = [
  { value: '7', label: 'A week' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
]

/** What a program may do, and until when. */
export function TokenForm({ onMade, onCancel }: Props) {
  const { caller } = useSession()
  const projects = useProjects()
  const [project, setProject] = useState(useProjectId())
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [chosen, setChosen] = useState<Choices>([])
  const manages = useMay('token.manage')
  const mayWrite = useMay('data.write')
  const [limits, setLimits] = useState<TokenLimits>({ kind: manages ? 'svc' : 'usr', purpose: 'all', addresses: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const choices = withBuckets(chosen, useQuery(tablesOptions(project)).data ?? [])
  const scopes = readScopes(choices)
  const ready = name.trim() !== '' && scopes.length > 0

  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!ready) return
    setBusy(true)
    setError(null)
    try {
      const now = Date.now()
      const expires = new Date(now + Number(days) * 86_400_000).toISOString()
      onMade(
        await createToken({ ...caller, project }, { name: name.trim(), scopes, expires, ...readLimits(limits) }, now),
      )
      await queryClient.invalidateQueries({ queryKey: tokensOptions.queryKey })
      await queryClient.invalidateQueries({ queryKey: rosterKey })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void make(event)}>
      <TextInput
        label="Name"
        description="What the program is: the operator sees it"
        placeholder="nightly-loader"
        maxLength={200}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group grow mt="md" align="start">
        <Select
          label="Project"
          data={projects.map(({ id, name: title }) => ({ value: id, label: title }))}
          value={project}
          allowDeselect={false}
          onChange={(value) => {
            setProject(value ?? project)
            setChosen([])
          }}
        />
        <Select
          label="Ends after"
          data={lives}
          value={days}
          allowDeselect={false}
          onChange={(value) => setDays(value ?? '90')}
        />
      </Group>
      <ScopePicker
        mayWrite={mayWrite}
        choices={choices}
        onChoose={(bucket, access) => setChosen(chooseAccess(choices, bucket, access))}
      />
      <LimitFields limits={limits} onChange={setLimits} onlyOwn={!manages} />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={!ready}>
          Make the token
        </Button>
      </Group>
    </form>
  )
}

function withBuckets(chosen: Choices, tables: readonly { bucket: string }[]): Choices {
  const known = [...new Set(tables.map(({ bucket }) => bucket))].sort()
  const more = known.filter((bucket) => !chosen.some((choice) => choice.bucket === bucket))
  return [...chosen, ...more.map((bucket) => ({ bucket, access: 'none' as const }))]
}
