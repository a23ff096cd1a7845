import { Button } from '@mantine/core'
import type { ColumnChange } from '@keyhold/contract'
import { useSession } from '../../api/use-data.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './import-page.module.css'
import { changeChoice, startTask, type ImportTask } from './import-tasks.ts'

/** Why a file is no table: line, rule, how columns differ, and what to do. */
export function TaskFailure({ task }: { readonly task: ImportTask }) {
  const session = useSession()
  const { report, choice, error } = task
  const { badRow, changes = [], detail } = report ?? {}
  const allow = async (): Promise<void> => {
    changeChoice(task.id, { settings: { ...choice.settings, allowSchemaChange: true } })
    await startTask(session, task.id)
  }
  return (
    <div>
      <ProblemAlert error={error} />
      {badRow?.column !== undefined && (
        <p className={classes.line}>
          Line {badRow.line}, column {badRow.column}: {badRow.rule.replaceAll('_', ' ')}
        </p>
      )}
      {detail !== undefined && <p className={classes.line}>{detail}</p>}
      {changes.length > 0 && (
        <>
          <ul className={classes.changes}>
            {changes.slice(0, 20).map((change) => (
              <li key={`${change.kind} ${change.name}`}>{describeChange(change)}</li>
            ))}
          </ul>
          <Button mt="sm" variant="default" size="compact-md" onClick={() => void allow()}>
            Let the columns change and load it
          </Button>
        </>
      )}
    </div>
  )
}

function describeChange(change: ColumnChange): string {
  if (change.kind === 'changed') return `${change.name} is ${change.to} now; the table has ${change.from}`
  return change.kind === 'added'
    ? `${change.name} (${change.type}) is new`
    : `${change.name} (${change.type}) is missing`
}
