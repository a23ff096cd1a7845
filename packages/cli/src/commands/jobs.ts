import type { Job } from '@keyhold/contract'
import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { renderGrid } from '../output/grid.ts'
import { formatCount } from '../output/sizes.ts'
import { startProgress } from '../output/progress.ts'
import { withProject, type ProjectSession } from '../session/session.ts'
import { assertDone, followJob } from '@keyhold/client'
import { describeChanges, describeSource, fetchReport } from '../upload/report.ts'
import { takeWords } from './positionals.ts'
import { projectOptions } from './project-option.ts'

export const jobs: Command = {
  name: 'jobs',
  usage: 'jobs [ID] [--watch] | jobs cancel ID | jobs report ID',
  summary: 'Imports: the latest, one, one until it ends, or what became of one',
  options: {
    watch: { kind: 'flag', about: 'wait until the job ends; its failure is this command’s' },
    state: {
      kind: 'value',
      hint: 'STATE',
      about: 'only jobs in this state',
      choices: ['queued', 'running', 'done', 'failed', 'cancelled'],
    },
    ...projectOptions,
  },
  async run(context, args) {
    const [first, second] = takeWords(args, 0, 2, this.usage)
    await withProject(context, args.value('project'), async (session) => {
      if (first === 'cancel') return cancelJob(context, session, second)
      if (first === 'report') return showReport(context, session, second)
      if (second !== undefined) throw usage(`"${second}" is one word too many`, `write: keyhold ${this.usage}`)
      if (first === undefined) return listJobs(context, session, args.value('state') as Job['state'] | undefined)
      return showJob(context, session, first, args.flag('watch'))
    })
  },
}

async function cancelJob(context: CommandContext, session: ProjectSession, id: string | undefined): Promise<void> {
  if (id === undefined) throw usage('which job?', 'write: keyhold jobs cancel ID')
  const { job } = await session.api.call('cancelJob', { params: { project: session.project, job: id } })
  await reportJob(context, job)
}

/** The data plane's sealed report, for whoever may read or write the bucket. */
async function showReport(context: CommandContext, session: ProjectSession, id: string | undefined): Promise<void> {
  if (id === undefined) throw usage('which job?', 'write: keyhold jobs report ID')
  const report = await fetchReport(context, session, id)
  if (context.json) return writeJson(context.out, { report })
  const { rowsRead, rowsLoaded, rowsQuarantined, badRow, code } = report
  const counts = [rowsRead, rowsLoaded, rowsQuarantined].map(formatCount)
  await writeLine(context.out, `${report.fileName}: ${report.outcome}${code === undefined ? '' : ` (${code})`}`)
  await writeLine(context.out, `${counts[0]} rows read, ${counts[1]} loaded, ${counts[2]} in quarantine`)
  const lines = [
    describeSource(report),
    report.detail ?? '',
    badRow === undefined
      ? ''
      : `line ${badRow.line}: ${badRow.rule}${badRow.column === undefined ? '' : `, column ${badRow.column}`}`,
    describeChanges(report.changes),
  ]
  for (const line of lines) if (line !== '') await writeLine(context.out, line)
}

async function listJobs(
  context: CommandContext,
  session: ProjectSession,
  state: Job['state'] | undefined,
): Promise<void> {
  const query = state === undefined ? {} : { state }
  const found = (await session.api.call('listJobs', { params: { project: session.project }, query })).jobs
  if (context.json) return writeJson(context.out, { jobs: found })
  if (found.length === 0) return writeLine(context.out, 'No jobs.')
  const rows = found.map((job) => [
    job.id,
    job.kind,
    job.state,
    job.code ?? '',
    job.state === 'running' ? formatCount(job.progress?.rows ?? 0) : '',
    job.created,
  ])
  await context.out.write(renderGrid(['id', 'kind', 'state', 'code', 'rows so far', 'created'], rows, context.out))
}

async function showJob(context: CommandContext, session: ProjectSession, id: string, watch: boolean): Promise<void> {
  if (!watch) {
    const { job } = await session.api.call('readJob', { params: { project: session.project, job: id }, query: {} })
    return reportJob(context, job)
  }
  const progress = startProgress(context.err, context.clock, 'importing')
  const job = await followJob(
    session,
    id,
    ({ progress: at }) => at !== null && progress.update(at.bytes, at.total, `${formatCount(at.rows)} rows`),
    { waitSeconds: context.err.isTerminal ? 1 : 10, signal: context.signal },
  ).finally(() => progress.end())
  await reportJob(context, job)
  assertDone(job)
}

async function reportJob(context: CommandContext, job: Job): Promise<void> {
  if (context.json) return writeJson(context.out, { job })
  await writeLine(context.out, `${job.kind} ${job.id}: ${job.state}${job.code === null ? '' : ` (${job.code})`}`)
  if (job.state === 'running' && job.progress !== null) {
    await writeLine(
      context.out,
      `${job.progress.phase}, ${formatCount(job.progress.rows)} rows, ${formatCount(job.progress.bytes)} of ${formatCount(job.progress.total)} bytes`,
    )
  }
  if (job.message !== null) await writeLine(context.out, job.message)
  if (job.remedy !== null) await writeLine(context.out, `Remedy: ${job.remedy}`)
}
