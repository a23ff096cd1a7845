import { Anchor, Button, Group, Modal, Text, Textarea, TextInput } from '@mantine/core'
import { drawId, isConflict, SealedProblem } from '@keyhold/client'
import { Link } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { isDocumentConflict } from '../../api/checks/document-conflict.ts'
import type { QueryAnswer } from '../../api/data-plane.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './save-report-dialog.module.css'
import { useSave } from './use-save.ts'
import type { Tab, Workbench } from './workbench.ts'

type Props = {
  readonly project: string
  readonly tab: Tab
  /** What the tab's chart is chosen from when a person has not. */
  readonly answer: QueryAnswer | null
  readonly onClose: () => void
  readonly onSaved: (change: (now: Workbench) => Workbench) => void
}

/** Keeps a tab as a report: sealed, for everyone in the project. */
export function SaveReportDialog({ project, tab, answer, onClose, onSaved }: Props) {
  const [title, setTitle] = useState(tab.title)
  const [description, setDescription] = useState(tab.report?.description ?? '')
  const { save, busy, error, saved } = useSave({ project, tab, answer, onSaved })
  const words = { title: title.trim(), description: description.trim() }
  const own = tab.report
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void save(own?.id ?? drawId(Date.now()), own?.version ?? null, words)
  }
  if (saved !== null) {
    return (
      <Modal opened onClose={onClose} title="Saved" centered>
        <SavedNote project={project} id={saved} onClose={onClose} />
      </Modal>
    )
  }
  const conflict = isConflict(error)
  return (
    <Modal opened onClose={onClose} title="Save as a report" centered>
      <form onSubmit={submit}>
        <Fields title={title} description={description} onTitle={setTitle} onDescription={setDescription} />
        {error !== null && !conflict && <ProblemAlert error={error} />}
        {conflict && <ConflictNote />}
        <Group justify="flex-end" mt="md">
          {own !== null && (
            <Button
              variant={conflict ? 'light' : 'subtle'}
              disabled={busy}
              onClick={() => void save(drawId(Date.now()), null, words)}
            >
              Save as another
            </Button>
          )}
          {own !== null && conflict ? (
            <Button color="wax" loading={busy} onClick={() => void save(own.id, currentVersion(error), words)}>
              Replace theirs
            </Button>
          ) : (
            <Button type="submit" loading={busy} disabled={words.title === ''}>
              Save
            </Button>
          )}
        </Group>
      </form>
    </Modal>
  )
}

type FieldsProps = {
  readonly title: string
  readonly description: string
  readonly onTitle: (title: string) => void
  readonly onDescription: (description: string) => void
}

function Fields({ title, description, onTitle, onDescription }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Title"
        required
        maxLength={200}
        value={title}
        data-autofocus
        onChange={(event) => onTitle(event.currentTarget.value)}
      />
      <Textarea
        mt="sm"
        label="What it tells"
        autosize
        minRows={2}
        maxLength={2000}
        value={description}
        onChange={(event) => onDescription(event.currentTarget.value)}
      />
      <Text size="sm" c="dimmed" mt="sm">
        Title, SQL, parameters and chart are sealed. Everyone in the project can open it.
      </Text>
    </>
  )
}

/** The version that stands against ours; null when the document was deleted. */
function currentVersion(error: unknown): number | null {
  const detail = error instanceof SealedProblem ? error.detail : undefined
  const told: unknown = detail === undefined ? null : JSON.parse(detail)
  return isDocumentConflict(told) ? told.version : null
}

function ConflictNote() {
  return (
    <div role="alert" className={classes.conflict}>
      <p>Somebody else saved or deleted this report since you opened it.</p>
      <p>Keep both, or put yours in the place of theirs, which is gone then.</p>
      <code>document.conflict</code>
    </div>
  )
}

function SavedNote({
  project,
  id,
  onClose,
}: {
  readonly project: string
  readonly id: string
  readonly onClose: () => void
}) {
  return (
    <>
      <Text>
        Everyone in the project finds it at its{' '}
        <Anchor
          renderRoot={(props) => <Link to="/p/$project/reports/$report" params={{ project, report: id }} {...props} />}
        >
          own address
        </Anchor>
        , and can put it on a dashboard.
      </Text>
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose} data-autofocus>
          Go on
        </Button>
      </Group>
    </>
  )
}
