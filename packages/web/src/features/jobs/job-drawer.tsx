import { Drawer, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Job } from '../../api/catalogue.ts'
import { formatMoment } from '../../ui/format.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { ImportReport } from './import-report.tsx'
import classes from './job-drawer.module.css'
import { describeTime } from './job-progress.ts'
import { JobState } from './job-state.tsx'

type Props = {
  readonly project: string
  readonly job: Job | undefined
  /** Full name of the table that it loads. */
  readonly table: string
  readonly onClose: () => void
}

/** All that is known of one job, and what to do about a failure. */
export function JobDrawer({ project, job, table, onClose }: Props) {
  return (
    <Drawer
      opened={job !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={`Import into ${table}`}
      overlayProps={{ backgroundOpacity: 0.18 }}
    >
      {job !== undefined && <Details project={project} job={job} table={table} />}
    </Drawer>
  )
}

function Details({ project, job, table }: { readonly project: string; readonly job: Job; readonly table: string }) {
  const moment = (time: string | null): string => (time === null ? '–' : formatMoment(time))
  return (
    <>
      {job.state === 'failed' && <Failure job={job} />}
      <KeyValue
        items={[
          ['State', <JobState key="state" job={job} />],
          ['Attempts', String(job.attempt)],
          ['Queued', moment(job.created)],
          ['Started', moment(job.started)],
          ['Ended', moment(job.ended)],
          ['Took', describeTime(job) ?? '–'],
          [
            'Job',
            <code key="id" className={classes.code}>
              {job.id}
            </code>,
          ],
          [
            'Upload',
            <code key="upload" className={classes.code}>
              {job.upload}
            </code>,
          ],
          ...(job.snapshot === null
            ? []
            : [
                [
                  'State that it made',
                  <code key="made" className={classes.code}>
                    {job.snapshot}
                  </code>,
                ] as const,
              ]),
        ]}
      />
      <ImportReport project={project} job={job} />
      <p className={classes.links}>
        <Link to="/p/$project/tables/$table" params={{ project, table: job.table }}>
          Open {table}
        </Link>
        <Link to="/p/$project/audit" params={{ project }} hash={`object=${job.id}&routine=shown`}>
          Its entries in the log
        </Link>
      </p>
    </>
  )
}

function Failure({ job }: { readonly job: Job }) {
  const { line, rule } = readPlace(job.message ?? '')
  return (
    <div className={classes.failure} role="note">
      <Text fw={600}>{job.message ?? 'It failed.'}</Text>
      {line !== null && (
        <p className={classes.place}>
          <span>Line {line}</span>
          {rule !== null && <code className={classes.code}>{rule}</code>}
        </p>
      )}
      <Text size="sm">{job.remedy ?? 'Upload the file again; if it fails again, report it with its code.'}</Text>
      <code className={classes.code}>{job.code}</code>
      <Text size="sm" c="dimmed" mt={6}>
        The table is as it was before. The same file is imported once only, however often it is sent.
      </Text>
    </div>
  )
}

/** Where in the file it failed; fixed texts say it so. */
function readPlace(message: string): { line: string | null; rule: string | null } {
  return {
    line: /\bline (\d+)/.exec(message)?.[1] ?? null,
    rule: /\brule: ([a-z_]+)/.exec(message)?.[1] ?? null,
  }
}
