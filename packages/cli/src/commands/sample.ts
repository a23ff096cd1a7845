import {
  loadSample,
  sourceOfBytes,
  uploadFile,
  type AskJson,
  type SampleProgress,
  type SampleRequest,
  type Source,
  type UploadTarget,
} from '@keyhold/client'
import { samples, type Sample, type SampleFile } from '@keyhold/samples'
import { usage, type Arguments } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { startProgress } from '../output/progress.ts'
import { formatCount } from '../output/sizes.ts'
import { openDataPlane } from '../session/conversation.ts'
import { withProject, type ProjectSession } from '../session/session.ts'
import { openUploadPorts } from '../upload/upload-file.ts'
import { projectOptions } from './project-option.ts'

const form = `sample ${Object.keys(samples).join('|')}`

export const sample: Command = {
  name: 'sample',
  usage: form,
  summary: 'Load data to try Keyhold with: tables, reports and a dashboard',
  about: Object.values(samples)
    .map(({ id, about }) => `${id}: ${about}`)
    .join(' '),
  options: projectOptions,
  async run(context, args) {
    const chosen = chooseSample(args)
    await withProject(context, args.value('project'), async (session) => {
      const { dashboard } = await load(context, session, chosen)
      const address = `${session.credentials.url}/p/${session.project}/dashboards/${dashboard}`
      if (context.json) return writeJson(context.out, { sample: chosen.id, dashboard, address })
      await writeLine(context.out, `“${chosen.dashboard.title}” is at ${address}`)
    })
  },
}

function chooseSample(args: Arguments): Sample {
  const [name = '', ...more] = args.positionals
  const found = Object.values(samples).find(({ id }) => id === name)
  if (found === undefined || more.length > 0) throw usage('the sample is missing or unknown', `write: keyhold ${form}`)
  return found
}

async function load(context: CommandContext, session: ProjectSession, chosen: Sample): Promise<{ dashboard: string }> {
  const now = (): number => context.clock.now()
  const show = showProgress(context)
  try {
    return await loadSample({
      caller: session,
      ask: askJson(session, context.home, now),
      sample: chosen,
      signal: context.signal,
      send: (file, target, say) => sendFile(context, session, { file, target, say }),
      report: show.report,
    })
  } finally {
    show.end()
  }
}

type Sending = { file: SampleFile; target: UploadTarget; say: Parameters<SampleRequest['send']>[2] }

async function sendFile(
  context: CommandContext,
  session: ProjectSession,
  { file, target, say }: Sending,
): Promise<string> {
  const { home, signal, clock } = context
  const source = await openFile(session, file, (done, total) => say('fetching', done, total), signal)
  const progress = (done: number, total: number): void => say('sending', done, total)
  const { job } = await uploadFile(
    {
      caller: session,
      source,
      target,
      mode: 'replace',
      primaryKey: null,
      settings: file.settings,
      restart: false,
      signal,
      report: { progress, resumed: progress, startedOver: () => undefined },
    },
    openUploadPorts({ session, home, now: () => clock.now() }),
  )
  return job
}

function askJson(session: ProjectSession, home: string, now: () => number): AskJson {
  const dataPlane = openDataPlane(session, home, now)
  return async (operation, body) => {
    const answer = await dataPlane.ask(operation, body)
    try {
      return JSON.parse(new TextDecoder().decode(await answer.read(0, answer.bodyLength))) as unknown
    } finally {
      await answer.close()
    }
  }
}

/** One line at a time: that of the file and phase of which something was heard last. */
function showProgress(context: CommandContext): { report: (progress: SampleProgress) => void; end: () => void } {
  let shown = ''
  let line = startProgress(context.err, context.clock, '')
  const report = ({ table, phase, done, total, rows }: SampleProgress): void => {
    const label = `${table}: ${phase}`
    if (label !== shown) {
      line.end()
      line = startProgress(context.err, context.clock, label)
      shown = label
    }
    if (phase === 'done')
      void writeLine(context.err, `${table}: ${rows === 0 ? 'loaded' : `${formatCount(rows)} rows`}`)
    else if (total > 0) line.update(done, total, rows === 0 ? '' : `${formatCount(rows)} rows`)
  }
  return { report, end: () => line.end() }
}

async function openFile(
  session: ProjectSession,
  file: SampleFile,
  report: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Source> {
  const parts: Uint8Array[] = []
  const { origin } = file
  if (origin.kind === 'generated') {
    for (const chunk of origin.chunks()) parts.push(chunk)
    return sourceOfBytes(`sample:${file.table}`, parts)
  }
  const answer = await session.connection.stream({ method: 'GET', path: origin.path, headers: {}, signal })
  if (answer.status !== 200) {
    await answer.body.dump()
    throw new CliError(
      'sample.missing',
      'this server does not offer that sample',
      'load “clinic”: it is generated here.',
    )
  }
  const total = Number(answer.headers['content-length'] ?? 0)
  let done = 0
  for await (const part of answer.body) {
    parts.push(part)
    report((done += part.length), total)
  }
  return sourceOfBytes(`sample:${origin.path}`, parts)
}
