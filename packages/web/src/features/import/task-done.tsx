import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { formatDuration, formatQuantity } from '../../ui/format.ts'
import classes from './import-page.module.css'
import { describeSource } from './describe-source.ts'
import type { ImportTask } from './import-tasks.ts'

/** A file that is a table now. */
export function TaskDone({ task }: { readonly task: ImportTask }) {
  const { project, choice, report, rows, seconds } = task
  const count = report?.rowsLoaded ?? rows
  const table = `${choice.bucket}.${choice.table}`
  return (
    <div className={classes.foot}>
      <div>
        <Text>
          {formatQuantity(count, 'row')} in {table}, after {formatDuration(seconds)}
          {report !== null && report.rowsQuarantined > 0
            ? `; ${formatQuantity(report.rowsQuarantined, 'row')} in ${table}__quarantine`
            : ''}
        </Text>
        {report !== null && (
          <Text size="sm" c="dimmed">
            {describeSource(report)}
          </Text>
        )}
      </div>
      <Button
        renderRoot={(props) => (
          <Link
            to="/p/$project/import/$bucket/$table"
            params={{ project, bucket: choice.bucket, table: choice.table }}
            {...props}
          />
        )}
      >
        Look at it
      </Button>
    </div>
  )
}
