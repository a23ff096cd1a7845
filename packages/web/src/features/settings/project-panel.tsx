import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/may.ts'
import { projectsOptions, useProjectId, useProjects } from '../../api/projects.ts'
import { queryClient } from '../../api/query-client.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { formatMoment } from '../../ui/format.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './settings-page.module.css'

export function ProjectPanel() {
  const id = useProjectId()
  const project = useProjects().find((known) => known.id === id)
  const mayManage = useMay('project.manage')
  return (
    <Panel title="Project">
      {mayManage && <Rename key={`${id} ${project?.name ?? ''}`} id={id} name={project?.name ?? ''} />}
      <KeyValue
        items={[
          ['Called', project?.name ?? '–'],
          [
            'Id',
            <span key="id">
              <code className={classes.code}>{id}</code> <CopyButton value={id} label="Copy the id" />
            </span>,
          ],
          ['Made', project === undefined ? '–' : formatMoment(project.created)],
        ]}
      />
    </Panel>
  )
}

function Rename({ id, name }: { readonly id: string; readonly name: string }) {
  const [text, setText] = useState(name)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const wanted = text.trim()
  const changed = wanted !== '' && wanted !== name
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!changed) return
    setBusy(true)
    setError(null)
    try {
      await api.call('renameProject', { params: { project: id }, body: { name: wanted } })
      await queryClient.invalidateQueries({ queryKey: projectsOptions.queryKey })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <>
      <form className={classes.rename} onSubmit={(event) => void save(event)}>
        <TextInput label="Name" maxLength={200} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" variant="default" disabled={!changed} loading={busy}>
          Rename
        </Button>
      </form>
      {error !== null && <ProblemAlert error={error} />}
    </>
  )
}
