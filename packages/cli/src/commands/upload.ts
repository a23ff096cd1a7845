import { assertDone, followJob, JobProblem, type FinishedUpload, type UploadTarget } from '@keyhold/client'
import { ApiError, type ImportMode, type ImportReport, type Job, type Table } from '@keyhold/contract'
import { usage, type Arguments } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { startProgress } from '../output/progress.ts'
import { formatBytes, formatCount, formatDuration } from '../output/sizes.ts'
import { withProject, type ProjectSession } from '../session/session.ts'
import { uploadOptions } from '../upload/options.ts'
import { describeChanges, describeSource, fetchReport } from '../upload/report.ts'
import { chooseSettings } from '../upload/settings.ts'
import { openSource } from '../upload/source.ts'
import { uploadFile } from '../upload/upload-file.ts'
import { parseTableName } from './positionals.ts'
import { projectOptions } from './project-option.ts'

const form = 'upload FILE… bucket.table [--mode replace|append|upsert]'

export const upload: Command = {
  name: 'upload',
  usage: form,
  summary: 'Seal files on this machine, send them, and load them into a table',
  about:
    'An upload that was interrupted, even by the loss of this machine’s power, goes on when the same command is run again. ' +
    'Several files are loaded in order: the first by --mode, the others are appended, or upserted as it is. ' +
    'Encoding, delimiter, decimal comma and dates are found out where only one reading is possible; what was found is said.',
  options: { ...uploadOptions, ...projectOptions },
  async run(context, args) {
    const files = args.positionals.slice(0, -1)
    const name = args.positionals.at(-1)
    if (name === undefined || files.length === 0)
      throw usage('a file or the table is missing', `write: keyhold ${form}`)
    if (files.includes('-'))
      throw usage(
        'standard input cannot be uploaded, since it could not be read again to resume',
        'write it to a file first.',
      )
    const table = parseTableName(name)
    await checkFiles(files, args)
    await withProject(context, args.value('project'), async (session) => {
      const { table: found } = await session.api.call('ensureTable', {
        params: { project: session.project },
        body: table,
      })
      const target = { ...table, tableId: found.id }
      const loaded: LoadedFile[] = []
      for (const [index, path] of files.entries()) {
        const mode = chooseMode(args, index)
        const wait = index < files.length - 1 || !args.flag('no-wait')
        loaded.push(await loadAsking(context, session, { path, target, mode, args, wait, mayChange: false }))
      }
      if (context.json) await writeJson(context.out, { table: name.toLowerCase(), tableId: found.id, files: loaded })
    })
  },
}

/** Files after the first add to what it made. */
function chooseMode(args: Arguments, index: number): ImportMode {
  const mode = (args.value('mode') as ImportMode | undefined) ?? 'replace'
  if (index === 0 || mode !== 'replace') return mode
  return args.value('primary-key') === undefined ? 'append' : 'upsert'
}

/** Before anything is made or loaded: no file may turn out to be missing after the first was loaded. */
async function checkFiles(files: readonly string[], args: Arguments): Promise<void> {
  for (const path of files) {
    chooseSettings(path, args)
    await (await openSource(path)).close()
  }
}

type FileTask = {
  path: string
  target: UploadTarget
  mode: ImportMode
  args: Arguments
  wait: boolean
  /** Somebody has said on the terminal that the columns may change. */
  mayChange: boolean
}
type LoadedFile = FinishedUpload & {
  path: string
  state: Job['state'] | null
  /** Rows that this file brought; null when not known. */
  rows: number | null
  totalSeconds: number
  snapshot: string | null
  report?: ImportReport
}

/** Loads the file; where its columns are not the table's, shows the difference, and asks if there is somebody to ask. */
async function loadAsking(context: CommandContext, session: ProjectSession, task: FileTask): Promise<LoadedFile> {
  try {
    return await loadFile(context, session, task)
  } catch (error) {
    const report = await explainRefusal(context, session, error)
    if (report === undefined || !(error instanceof JobProblem)) throw error
    if (report.changes.length === 0) throw report.detail === undefined ? error : error.withDetail(report.detail)
    const changes = describeChanges(report.changes)
    const mayAsk = context.input.isTerminal && context.err.isTerminal && !context.json && !task.mayChange
    if (!mayAsk) throw error.withDetail(changes)
    await writeLine(context.err, `The file’s columns are not those of the table:\n${changes}`)
    const answer = await context.input.ask('Load it all the same, and let the table change? [y/N] ')
    if (!/^y(es)?$/i.test(answer.trim())) throw error
    return loadFile(context, session, { ...task, mayChange: true })
  }
}

/** Refusals of which the sealed report says more: names of columns and sheets. */
const explainedCodes = new Set([
  'import.schema_changed',
  'import.bad_row',
  'import.schema_lossy',
  'import.sheet_unknown',
])

/** Undefined where nothing more is known, or is not told to this credential. */
async function explainRefusal(
  context: CommandContext,
  session: ProjectSession,
  error: unknown,
): Promise<ImportReport | undefined> {
  if (!(error instanceof JobProblem) || error.job === undefined) return undefined
  if (!explainedCodes.has(error.code)) return undefined
  return fetchReport(context, session, error.job).catch(() => undefined)
}

async function loadFile(context: CommandContext, session: ProjectSession, task: FileTask): Promise<LoadedFile> {
  const started = performance.now()
  const before = await readTable(session, task.target.tableId)
  const finished = await sendWithProgress(context, session, task)
  const job = task.wait ? await waitForImport(context, session, finished.job) : null
  const totalSeconds = (performance.now() - started) / 1000
  const rows = job === null ? null : countLoaded(task.mode, before, await readTable(session, task.target.tableId))
  const { state = null, snapshot = null } = job ?? {}
  const isTold =
    context.verbose || task.args.value('bad-rows') === 'quarantine' || (context.out.isTerminal && !context.json)
  const report = job !== null && isTold ? await fetchReport(context, session, job.id).catch(() => undefined) : undefined
  const loaded = { path: task.path, ...finished, state, rows, snapshot, totalSeconds, ...(report && { report }) }
  if (!context.json) await writeLine(context.out, describeLoad(task, loaded))
  return loaded
}

/** Undefined for a token that may write but not read. */
async function readTable(session: ProjectSession, table: string): Promise<Table | undefined> {
  try {
    return (await session.api.call('readTable', { params: { project: session.project, table } })).table
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 403) return undefined
    throw error
  }
}

/** Only when nobody else changed the table meanwhile; what an upsert brought, only its report says. */
function countLoaded(mode: ImportMode, before: Table | undefined, after: Table | undefined): number | null {
  if (mode === 'upsert' || before === undefined || after?.sequence !== before.sequence + 1) return null
  return mode === 'replace' ? after.rows : after.rows - before.rows
}

async function sendWithProgress(
  context: CommandContext,
  session: ProjectSession,
  task: FileTask,
): Promise<FinishedUpload> {
  const progress = startProgress(context.err, context.clock, 'sealing and sending')
  const say = (line: string): void => {
    progress.end()
    void writeLine(context.err, line)
  }
  const settings = { ...chooseSettings(task.path, task.args), bucket: task.target.bucket }
  try {
    return await uploadFile({
      session,
      home: context.home,
      path: task.path,
      target: task.target,
      mode: task.mode,
      settings: task.mayChange ? { ...settings, allowSchemaChange: true } : settings,
      restart: task.args.flag('restart'),
      now: () => context.clock.now(),
      signal: context.signal,
      report: {
        resumed: (sent, length) =>
          say(`going on with an unfinished upload at ${formatBytes(sent)} of ${formatBytes(length)}`),
        startedOver: (reason) => say(`starting over: ${reason}`),
        progress: (sent, length) => progress.update(sent, length),
      },
    })
  } catch (error) {
    if (!context.signal.aborted) throw error
    throw new CliError(
      'cli.interrupted',
      'interrupted; what was sent is kept',
      'run the same command again to go on.',
      { cause: error },
    )
  } finally {
    progress.end()
  }
}

async function waitForImport(context: CommandContext, session: ProjectSession, id: string): Promise<Job> {
  const progress = startProgress(context.err, context.clock, 'importing')
  const onState = ({ progress: at }: Job): void => {
    if (at !== null) progress.update(at.bytes, at.total, `${formatCount(at.rows)} rows`)
  }
  const options = { waitSeconds: context.err.isTerminal ? 1 : 10, signal: context.signal }
  const job = await followJob(session, id, onState, options).finally(() => progress.end())
  assertDone(job)
  return job
}

const doneWords = { replace: 'loaded into', append: 'appended to', upsert: 'upserted into' } as const

function describeLoad(task: FileTask, { sourceLength, job, state, rows, totalSeconds, report }: LoadedFile): string {
  const speed = `${formatDuration(totalSeconds)} (${formatBytes(sourceLength / Math.max(0.001, totalSeconds))}/s)`
  const sent = `${task.path}: ${formatBytes(sourceLength)} sealed and sent`
  if (state === null) return `${sent} in ${speed}; import ${job} goes on`
  const known = rows ?? report?.rowsLoaded ?? null
  const loaded = known === null ? '' : `${formatCount(known)} ${known === 1 ? 'row' : 'rows'} `
  const where = `${task.target.bucket}.${task.target.table}`
  const first = `${sent}, ${loaded}${doneWords[task.mode]} ${where} in ${speed}`
  return [first, ...(report === undefined ? [] : describeReport(report, where))].join('\n')
}

function describeReport(report: ImportReport, where: string): string[] {
  const source = describeSource(report)
  const { rowsQuarantined: bad, rowsReplaced: replaced = 0 } = report
  return [
    ...(source === '' ? [] : [`  read with: ${source}`]),
    ...(replaced === 0 ? [] : [`  ${formatCount(replaced)} rows took the place of older ones`]),
    ...(bad === 0 ? [] : [`  ${formatCount(bad)} bad rows are in ${where}__quarantine`]),
  ]
}
