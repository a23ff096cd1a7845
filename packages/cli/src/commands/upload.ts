import { ApiError, type Job, type Table } from '@keyhold/contract'
import { usage, type Arguments } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { startProgress } from '../output/progress.ts'
import { formatBytes, formatCount, formatDuration } from '../output/sizes.ts'
import { withProject, type ProjectSession } from '../session/session.ts'
import { assertDone, followJob } from '../upload/import-job.ts'
import { chooseSettings, formats } from '../upload/settings.ts'
import { openSource } from '../upload/source.ts'
import { uploadFile, type FinishedUpload, type UploadTarget } from '../upload/upload-file.ts'
import { parseTableName } from './positionals.ts'
import { projectOptions } from './project-option.ts'

const form = 'upload FILE… bucket.table [--mode replace|append]'

export const upload: Command = {
  name: 'upload',
  usage: form,
  summary: 'Seal files on this machine, send them, and load them into a table',
  about:
    'An upload that was interrupted, even by the loss of this machine’s power, goes on when the same command is run again. ' +
    'Several files are loaded in order: the first by --mode, the others are appended.',
  options: {
    mode: {
      kind: 'value',
      hint: 'MODE',
      about: 'replace the table’s rows (default) or append to them',
      choices: ['replace', 'append'],
    },
    format: {
      kind: 'value',
      hint: 'FORMAT',
      about: 'csv, ndjson or parquet (default: by the file’s ending)',
      choices: formats,
    },
    delimiter: { kind: 'value', hint: 'CHARACTER', about: 'between CSV fields (default: found out)' },
    'no-header': { kind: 'flag', about: 'the first CSV line is data' },
    null: { kind: 'value', hint: 'TEXT', about: 'CSV text that means NULL (default: an empty field)' },
    schema: { kind: 'value', hint: 'FILE', about: 'JSON list of {name, type}; anything else in the file is refused' },
    'allow-schema-change': { kind: 'flag', about: 'let the table’s columns change' },
    'allow-shrink': { kind: 'flag', about: 'let a replacement have less than half of the table’s rows' },
    'no-wait': { kind: 'flag', about: 'do not wait for the last import' },
    restart: { kind: 'flag', about: 'forget an unfinished upload of the same file' },
    ...projectOptions,
  },
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
        const mode = index === 0 ? ((args.value('mode') as Mode | undefined) ?? 'replace') : 'append'
        const wait = index < files.length - 1 || !args.flag('no-wait')
        loaded.push(await loadFile(context, session, { path, target, mode, args, wait }))
      }
      if (context.json) await writeJson(context.out, { table: name.toLowerCase(), tableId: found.id, files: loaded })
    })
  },
}

/** Before anything is made or loaded: no file may turn out to be missing after the first was loaded. */
async function checkFiles(files: readonly string[], args: Arguments): Promise<void> {
  for (const path of files) {
    chooseSettings(path, args)
    await (await openSource(path)).close()
  }
}

type Mode = 'replace' | 'append'
type FileTask = { path: string; target: UploadTarget; mode: Mode; args: Arguments; wait: boolean }
type LoadedFile = FinishedUpload & {
  path: string
  state: Job['state'] | null
  /** Rows that this file brought; null when not known. */
  rows: number | null
  totalSeconds: number
  snapshot: string | null
}

async function loadFile(context: CommandContext, session: ProjectSession, task: FileTask): Promise<LoadedFile> {
  const started = performance.now()
  const before = await readTable(session, task.target.tableId)
  const finished = await sendWithProgress(context, session, task)
  const job = task.wait ? await waitForImport(context, session, finished.job) : null
  const totalSeconds = (performance.now() - started) / 1000
  const rows = job === null ? null : countLoaded(task.mode, before, await readTable(session, task.target.tableId))
  const { state = null, snapshot = null } = job ?? {}
  const loaded = { path: task.path, ...finished, state, rows, snapshot, totalSeconds }
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

/** Only when nobody else changed the table meanwhile. */
function countLoaded(mode: Mode, before: Table | undefined, after: Table | undefined): number | null {
  if (before === undefined || after?.sequence !== before.sequence + 1) return null
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
  try {
    return await uploadFile({
      session,
      home: context.home,
      path: task.path,
      target: task.target,
      mode: task.mode,
      settings: chooseSettings(task.path, task.args),
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

function describeLoad(task: FileTask, { sourceLength, job, state, rows, totalSeconds }: LoadedFile): string {
  const speed = `${formatDuration(totalSeconds)} (${formatBytes(sourceLength / Math.max(0.001, totalSeconds))}/s)`
  const sent = `${task.path}: ${formatBytes(sourceLength)} sealed and sent`
  if (state === null) return `${sent} in ${speed}; import ${job} goes on`
  const loaded = rows === null ? '' : `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} `
  const where = `${task.target.bucket}.${task.target.table}`
  return `${sent}, ${loaded}${task.mode === 'replace' ? 'loaded into' : 'appended to'} ${where} in ${speed}`
}
