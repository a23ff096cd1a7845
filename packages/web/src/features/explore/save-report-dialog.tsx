import { Anchor, Button, Group, Modal, Text, Textarea, TextInput } from '@mantine/core'
import { drawId, isConflict, saveDocument, SealedProblem } from '@keyhold/client'
import { DocumentConflict } from '@keyhold/contract'
import { Link } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { Check } from 'typebox/value'
import type { QueryAnswer } from '../../api/data-plane.ts'
import { forgetDocument, useAsk } from '../../api/documents.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { chooseChart } from '../charts/choose-chart.ts'
import classes from './save-report-dialog.module.css'
import { changeTab, mark, toReport, type Tab, type Workbench } from './workbench.ts'

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
  const ask = useAsk(project)
  const [title, setTitle] = useState(tab.title)
  const [description, setDescription] = useState(tab.report?.description ?? '')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [saved, setSaved] = useState<string | null>(null)

  /** `over`: the version that it replaces; null makes it. */
  const save = async (id: string, over: number | null): Promise<void> => {
    setBusy(true)
    setError(null)
    const chosen = answer === null ? null : chooseChart(answer.table)
    const body = toReport(tab, description.trim(), chosen)
    try {
      const { version } = await saveDocument(ask, {
        id,
        expectedVersion: over,
        kind: 'report',
        title: title.trim(),
        body,
      })
      await forgetDocument(project, id)
      const kept = { ...tab, title: title.trim(), chart: body.chart ?? tab.chart }
      onSaved((now) =>
        changeTab(now, tab.id, {
          title: kept.title,
          chart: kept.chart,
          report: { id, version, description: description.trim(), saved: mark(kept) },
        }),
      )
      setSaved(id)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void save(tab.report?.id ?? drawId(Date.now()), tab.report?.version ?? null)
  }
  return (
    <Modal opened onClose={onClose} title={saved === null ? 'Save as a report' : 'Saved'} centered>
      {saved === null ? (
        <form onSubmit={submit}>
          <TextInput
            label="Title"
            required
            maxLength={200}
            value={title}
            data-autofocus
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Textarea
            mt="sm"
            label="What it tells"
            autosize
            minRows={2}
            maxLength={2000}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed" mt="sm">
            Title, SQL, parameters and chart are sealed. Everyone in the project can open it.
          </Text>
          {error !== null && !isConflict(error) && <ProblemAlert error={error} />}
          {isConflict(error) && <ConflictNote />}
          <Group justify="flex-end" mt="md">
            {tab.report !== null && (
              <Button
                variant={isConflict(error) ? 'light' : 'subtle'}
                disabled={busy}
                onClick={() => void save(drawId(Date.now()), null)}
              >
                Save as another
              </Button>
            )}
            {tab.report !== null && isConflict(error) ? (
              <Button color="wax" loading={busy} onClick={() => void save(tab.report?.id ?? '', currentVersion(error))}>
                Replace theirs
              </Button>
            ) : (
              <Button type="submit" loading={busy} disabled={title.trim() === ''}>
                Save
              </Button>
            )}
          </Group>
        </form>
      ) : (
        <SavedNote project={project} id={saved} onClose={onClose} />
      )}
    </Modal>
  )
}

/** The version that stands against ours; null when the document was deleted. */
function currentVersion(error: unknown): number | null {
  const detail = error instanceof SealedProblem ? error.detail : undefined
  const told: unknown = detail === undefined ? null : JSON.parse(detail)
  return Check(DocumentConflict, told) ? told.version : null
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
