import { Progress, Text } from '@mantine/core'
import type { SampleProgress } from '@keyhold/client'
import { samples, type Sample, type SampleFile } from '@keyhold/samples'
import { useNavigate, useParams } from '@tanstack/react-router'
import Check from 'lucide-react/icons/check'
import { useEffect } from 'react'
import { useMay } from '../../api/may.ts'
import { useProjectId } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { NotFoundPage } from '../../app/not-found-page.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatBytes, formatQuantity } from '../../ui/format.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { startSample, useSampleLoad, type SampleLoad } from './sample-load.ts'
import classes from './sample-page.module.css'

export function SamplePage() {
  const { sample } = useParams({ strict: false })
  const mayBring = useMay('data.write')
  if (sample !== 'flights' && sample !== 'clinic') return <NotFoundPage />
  return mayBring ? <Loading sample={samples[sample]} /> : <NotForYou sample={samples[sample]} />
}

/** Who brings no data is told so, rather than shown steps that fail. */
function NotForYou({ sample }: { readonly sample: Sample }) {
  return (
    <>
      <PageHeader title={sample.title} about={sample.about} />
      <Empty
        title="Your role brings no samples"
        about="Owners, admins and analysts bring them in; then the dashboard is under Dashboards for you too. An owner or admin can give you such a role."
      />
    </>
  )
}

/** Brings a sample in, step by step, and ends at its dashboard. A reload goes on where it was. */
function Loading({ sample }: { readonly sample: Sample }) {
  const project = useProjectId()
  const session = useSession()
  const navigate = useNavigate()
  const load = useSampleLoad(project, sample.id)
  useEffect(() => startSample(session, project, sample.id), [session, project, sample.id])
  useEffect(() => {
    if (load.dashboard === null) return
    const params = { project, dashboard: load.dashboard }
    void navigate({ to: '/p/$project/dashboards/$dashboard', params, replace: true })
  }, [load.dashboard, navigate, project])

  return (
    <>
      <PageHeader title={`Bringing in “${sample.title}”`} about={sample.about} />
      <Panel>
        <ol className={classes.steps} aria-label="Steps">
          {sample.files.map((file) => (
            <FileStep key={file.table} file={file} progress={load.files.get(file.table)} />
          ))}
          <DocumentStep sample={sample} load={load} />
        </ol>
        {load.error !== null && (
          <ProblemAlert error={load.error} onRetry={() => startSample(session, project, sample.id)} />
        )}
      </Panel>
      <Text c="dimmed" size="sm" mt="md" maw="44rem">
        Each file is sealed in this browser before it leaves, then opened and imported by your data plane alone. You can
        look around meanwhile; should this page be reloaded, it goes on where it was.
      </Text>
    </>
  )
}

function FileStep({ file, progress }: { readonly file: SampleFile; readonly progress: SampleProgress | undefined }) {
  const done = progress?.phase === 'done'
  return (
    <li className={classes.step} data-done={done}>
      <Mark done={done} />
      <div className={classes.words}>
        <Text fw={600}>{file.title}</Text>
        <Text size="sm" c="dimmed" className="kh-figures" role="status">
          {describe(file, progress)}
        </Text>
      </div>
      <Progress
        className={classes.bar ?? ''}
        value={measure(progress)}
        aria-label={`${file.title}, how far`}
        transitionDuration={150}
        size="sm"
      />
    </li>
  )
}

function DocumentStep({ sample, load }: { readonly sample: Sample; readonly load: SampleLoad }) {
  const imported = sample.files.every(({ table }) => load.files.get(table)?.phase === 'done')
  const done = load.dashboard !== null
  return (
    <li className={classes.step} data-done={done}>
      <Mark done={done} />
      <div className={classes.words}>
        <Text fw={600}>{sample.dashboard.title}</Text>
        <Text size="sm" c="dimmed" role="status">
          {done
            ? 'ready'
            : imported
              ? 'sealing reports and dashboard'
              : `${sample.reports.length} reports on one dashboard`}
        </Text>
      </div>
      <Progress
        className={classes.bar ?? ''}
        value={done ? 100 : imported ? 40 : 0}
        aria-label="Dashboard, how far"
        size="sm"
      />
    </li>
  )
}

function Mark({ done }: { readonly done: boolean }) {
  return (
    <span className={classes.mark} aria-hidden="true">
      {done && <Check size={14} strokeWidth={3} />}
    </span>
  )
}

function describe(file: SampleFile, progress: SampleProgress | undefined): string {
  if (progress === undefined) return 'waits'
  const { phase, done, total, rows } = progress
  if (phase === 'done') return rows === 0 ? 'in' : formatQuantity(rows, 'row')
  if (phase === 'importing') return rows === 0 ? 'importing' : `importing, ${formatQuantity(rows, 'row')}`
  const far = total === 0 ? '' : ` ${formatBytes(done)} of ${formatBytes(total)}`
  if (phase === 'sending') return `sealing and sending${far}`
  return file.origin.kind === 'generated' ? 'making it in this browser' : `fetching${far}`
}

/** Of a hundred: fetching is the first quarter, sending the second, the rest is the import. */
function measure(progress: SampleProgress | undefined): number {
  if (progress === undefined) return 0
  const { phase, done, total } = progress
  const share = total === 0 ? 0 : Math.min(1, done / total)
  if (phase === 'fetching') return 25 * share
  if (phase === 'sending') return 25 + 35 * share
  return phase === 'importing' ? 60 + 38 * share : 100
}
