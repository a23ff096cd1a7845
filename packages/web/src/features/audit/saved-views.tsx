import { ActionIcon, Button, Group, Modal, Popover, Text, TextInput } from '@mantine/core'
import { deleteDocument, drawId, saveDocument, type AskJson } from '@keyhold/client'
import type { DocumentHead } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import Bookmark from 'lucide-react/icons/bookmark'
import Trash from 'lucide-react/icons/trash-2'
import { useState, type SubmitEvent } from 'react'
import { documentOptions, documentsOptions, forgetDocument, useAsk } from '../../api/documents.ts'
import { useProjectId } from '../../api/projects.ts'
import { queryClient } from '../../api/query-client.ts'
import { useFragment } from '../../ui/fragment-state.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './saved-views.module.css'
import { applyView, auditViewKind, readViewFilter } from './audit-view.ts'

/** Filters of the log that were kept, for everyone in the project; sealed, as all documents are. */
export function SavedViews() {
  const project = useProjectId()
  const ask = useAsk(project)
  const [fragment, setFragment] = useFragment()
  const [opened, setOpened] = useState(false)
  const [saving, setSaving] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const views = useQuery(documentsOptions(ask, project, auditViewKind))

  const act = (work: () => Promise<unknown>): void => {
    setError(null)
    work().catch(setError)
  }
  const open = async ({ id }: DocumentHead): Promise<void> => {
    const { body } = await queryClient.fetchQuery(documentOptions(ask, project, id))
    setFragment(applyView(body), { push: true })
    setOpened(false)
  }
  const remove = async ({ id, version }: DocumentHead): Promise<void> => {
    await deleteDocument(ask, id, version)
    await forgetDocument(project, id)
  }
  return (
    <>
      <Popover position="bottom-end" width={280} shadow="md" opened={opened} onChange={setOpened}>
        <Popover.Target>
          <Button
            variant="default"
            leftSection={<Bookmark size={16} aria-hidden="true" />}
            onClick={() => setOpened(!opened)}
          >
            Views
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Saved views">
          {views.data?.length === 0 && (
            <Text size="sm">No view is saved yet. Narrow the list, then keep the filter here.</Text>
          )}
          {views.isError && <ProblemAlert error={views.error} onRetry={() => void views.refetch()} />}
          <ul className={classes.views} aria-label="Saved views">
            {(views.data ?? []).map((view) => (
              <li key={view.id} className={classes.view}>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-md"
                  className={classes.open ?? ''}
                  onClick={() => act(() => open(view))}
                >
                  {view.title}
                </Button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Delete the view ${view.title}`}
                  onClick={() => act(() => remove(view))}
                >
                  <Trash size={15} aria-hidden="true" />
                </ActionIcon>
              </li>
            ))}
          </ul>
          <Button
            size="compact-md"
            fullWidth
            mt="xs"
            disabled={Object.keys(readViewFilter(fragment)).length === 0}
            onClick={() => {
              setOpened(false)
              setSaving(true)
            }}
          >
            Save this filter
          </Button>
        </Popover.Dropdown>
      </Popover>
      {error !== null && <ProblemAlert error={error} />}
      {saving && <SaveView project={project} ask={ask} onClose={() => setSaving(false)} />}
    </>
  )
}

type SaveProps = { readonly project: string; readonly ask: AskJson; readonly onClose: () => void }

function SaveView({ project, ask, onClose }: SaveProps) {
  const [fragment] = useFragment()
  const [title, setTitle] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const id = drawId(Date.now())
      const body = { format: 1, filter: readViewFilter(fragment) }
      await saveDocument(ask, { id, expectedVersion: null, kind: auditViewKind, title: title.trim(), body })
      await forgetDocument(project, id)
      onClose()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title="Save this filter" centered>
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextInput
          label="Title"
          required
          maxLength={200}
          data-autofocus
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed" mt="xs">
          Title and filter are sealed. Everyone in the project finds it under Views.
        </Text>
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={title.trim() === ''}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
