import { Button, Textarea, TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useBlocker } from '@tanstack/react-router'
import FileText from 'lucide-react/icons/file-text'
import Filter from 'lucide-react/icons/list-filter'
import ChartColumn from 'lucide-react/icons/chart-column'
import Undo from 'lucide-react/icons/undo-2'
import { useMemo, useState } from 'react'
import { forgetDocument } from '../../api/documents.ts'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { AddReportDialog } from './add-report-dialog.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { addReport, addText, type Dashboard } from './dashboard-body.ts'
import classes from './dashboard-editor.module.css'
import { EditGrid } from './edit-grid.tsx'
import { readValues } from './filter-state.ts'
import { FiltersDialog } from './filters-dialog.tsx'
import { LeaveDialog } from './leave-dialog.tsx'
import { useDraft } from './use-draft.ts'
import { useSave } from './use-save.ts'

type Props = { readonly project: string; readonly dashboard: Dashboard; readonly onEnd: () => void }

/** Changes a dashboard: nothing is saved before "Save". */
export function DashboardEditor({ project, dashboard, onEnd }: Props) {
  const draft = useDraft(dashboard)
  const { title, body, setBody } = draft
  const [dialog, setDialog] = useState<'report' | 'filters' | null>(null)
  const [fragment] = useFragment()
  const values = useMemo(() => readValues(body.filters, fragment), [body.filters, fragment])
  const saving = useSave(project, dashboard, onEnd)
  const { save } = saving
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => draft.changed && !saving.busy && current.pathname !== next.pathname,
    enableBeforeUnload: () => draft.changed,
    withResolver: true,
  })
  useHotkeys([['mod+S', () => void save(title, body)]], [])
  useHotkeys([['mod+Z', draft.undo]])

  return (
    <div className={classes.editor}>
      <PageHeader
        title={`Edit ${title}`}
        about="Hold a tile by its handle, or focus the handle: arrow keys move it, with Shift they change its size."
        actions={
          <>
            <Button variant="default" onClick={onEnd}>
              Cancel
            </Button>
            <Button loading={saving.busy} disabled={title.trim() === ''} onClick={() => void save(title, body)}>
              Save
            </Button>
          </>
        }
      />
      <div className={classes.names}>
        <TextInput
          label="Title"
          maxLength={200}
          required
          value={title}
          onChange={(event) => draft.setTitle(event.currentTarget.value)}
        />
        <Textarea
          label="One sentence about it"
          maxLength={2_000}
          autosize
          minRows={1}
          value={body.description}
          onChange={(event) => {
            const description = event.currentTarget.value
            setBody((before) => ({ ...before, description }))
          }}
        />
      </div>
      <div className={classes.tools} role="toolbar" aria-label="Add">
        <Button variant="default" leftSection={<ChartColumn size={15} />} onClick={() => setDialog('report')}>
          Add a report
        </Button>
        <Button variant="default" leftSection={<FileText size={15} />} onClick={() => setBody(addText)}>
          Add words
        </Button>
        <Button variant="default" leftSection={<Filter size={15} />} onClick={() => setDialog('filters')}>
          Filters
        </Button>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<Undo size={15} />}
          disabled={!draft.canUndo}
          onClick={draft.undo}
        >
          Undo
        </Button>
      </div>
      {saving.error !== null && <ProblemAlert error={saving.error} onRetry={() => void save(title, body)} />}
      <EditGrid project={project} tiles={body.tiles} values={values} onChange={setBody} />

      {dialog === 'report' && (
        <AddReportDialog
          project={project}
          onClose={() => setDialog(null)}
          onAdd={(report) => {
            setBody((before) => addReport(before, report))
            setDialog(null)
          }}
        />
      )}
      {dialog === 'filters' && (
        <FiltersDialog
          filters={body.filters}
          onClose={() => setDialog(null)}
          onChange={(filters) => setBody((before) => ({ ...before, filters: [...filters] }))}
        />
      )}
      <ConflictDialog
        opened={saving.conflict}
        busy={saving.busy}
        onClose={saving.settle}
        onOverwrite={() => void save(title, body, true)}
        onTakeTheirs={() => void forgetDocument(project, dashboard.id).then(onEnd)}
      />
      <LeaveDialog blocker={blocker} />
    </div>
  )
}
