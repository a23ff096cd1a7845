import { readFileSync } from 'node:fs'
import type { SealedAnswer } from '@keyhold/client'
import type { QueryBody, QueryParameter, ResponseMeta } from '@keyhold/contract'
import { usage, type Arguments } from '../arguments.ts'
import { writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { writeCsv } from '../output/csv.ts'
import { writeFileWhole } from '../output/file-output.ts'
import { writeJsonDocument, writeJsonObjects } from '../output/json.ts'
import { readRows } from '../output/parquet-rows.ts'
import { formatColumns, type Result } from '../output/result.ts'
import { formatCount, formatDuration } from '../output/sizes.ts'
import { writeTable } from '../output/table.ts'
import { openDataPlane } from '../session/conversation.ts'
import { withProject } from '../session/session.ts'
import { projectOptions } from './project-option.ts'

const form = 'query SQL | query --file FILE | query -'
const resultFormats = ['table', 'csv', 'json', 'parquet'] as const
const parameterTypes = ['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp'] as const
const maxSql = 1_000_000

export const query: Command = {
  name: 'query',
  usage: form,
  summary: 'Ask the data plane in SQL; question and answer are sealed',
  about:
    'Parameters stand in the SQL as $name and are never spliced. In JSON, whole numbers beyond 2^53 and decimals are ' +
    'strings, so that nothing is rounded.',
  options: {
    format: { kind: 'value', hint: 'FORMAT', about: 'table (default), csv, json or parquet', choices: resultFormats },
    output: { kind: 'value', short: 'o', hint: 'FILE', about: 'write the result to a file' },
    file: { kind: 'value', hint: 'FILE', about: 'read the SQL from a file' },
    param: {
      kind: 'values',
      hint: 'NAME[:TYPE]=VALUE',
      about: `a parameter; TYPE is ${parameterTypes.join(', ')} (default text)`,
    },
    'null-param': { kind: 'values', hint: 'NAME[:TYPE]', about: 'a parameter that is NULL' },
    'no-cache': { kind: 'flag', about: 'neither read nor fill the result cache' },
    ...projectOptions,
  },
  async run(context, args) {
    const body = await readBody(context, args)
    const format = (args.value('format') as (typeof resultFormats)[number] | undefined) ?? 'table'
    const path = args.value('output')
    if (format === 'parquet' && path === undefined && (context.out.isTerminal || context.json)) {
      throw usage('Parquet is not for a terminal', 'add -o FILE, or send standard output to a file.')
    }
    await withProject(context, args.value('project'), async (session) => {
      const started = performance.now()
      const answer = await openDataPlane(session, context.home, () => context.clock.now()).ask('query', body)
      try {
        await deliver(context, answer, format, path)
        await reportTimings(context, answer.meta, (performance.now() - started) / 1000)
      } finally {
        await answer.close()
      }
    })
  },
}

async function readBody(context: CommandContext, args: Arguments): Promise<QueryBody> {
  const sql = await readSql(context, args)
  if (sql.trim() === '' || sql.length > maxSql)
    throw usage('the SQL is empty or longer than a million characters', `write: keyhold ${form}`)
  const parameters = [...args.values('param').map(parseParameter), ...args.values('null-param').map(parseNullParameter)]
  return {
    sql,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(args.flag('no-cache') ? { cache: 'off' as const } : {}),
  }
}

async function readSql(context: CommandContext, args: Arguments): Promise<string> {
  const [sql, ...more] = args.positionals
  const file = args.value('file')
  if (more.length > 0) throw usage('the SQL is more than one word', 'put it in quotes.')
  if (file !== undefined && sql !== undefined) throw usage('both SQL and --file are given', 'leave one out.')
  if (file !== undefined) return readSqlFile(file)
  if (sql === undefined) throw usage('there is no SQL', `write: keyhold ${form}`)
  return sql === '-' ? context.input.readAll(4 * maxSql) : sql
}

function readSqlFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CliError('input.unreadable', `${path} cannot be read`, 'check the name and its permissions.', { cause })
  }
}

function parseParameter(text: string): QueryParameter {
  const equals = text.indexOf('=')
  if (equals < 0) throw usage(`"${text}" is not a parameter`, 'write --param NAME=VALUE or --param NAME:TYPE=VALUE.')
  return { ...parseNullParameter(text.slice(0, equals)), value: text.slice(equals + 1) }
}

function parseNullParameter(text: string): QueryParameter {
  const [name = '', type = 'text', ...rest] = text.split(':')
  const known = parameterTypes.find((candidate) => candidate === type)
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name) || known === undefined || rest.length > 0) {
    throw usage(
      `"${text}" does not name a parameter`,
      `write NAME or NAME:TYPE, TYPE one of: ${parameterTypes.join(', ')}.`,
    )
  }
  return { name, type: known, value: null }
}

type Format = (typeof resultFormats)[number]

async function deliver(
  context: CommandContext,
  answer: SealedAnswer,
  format: Format,
  path: string | undefined,
): Promise<void> {
  if (path === undefined) return writeResult(context, answer, format, (chunk) => context.out.write(chunk))
  // With --json the document goes to the terminal in any case, the result to the file.
  const inFile = { ...context, json: false, out: { ...context.out, isTerminal: false } }
  await writeFileWhole(path, ({ write }) => writeResult(inFile, answer, format, write))
  if (context.json)
    await context.out.write(`${JSON.stringify({ output: path, ...describe(answer.meta, answer.meta.rows ?? 0) })}\n`)
}

async function writeResult(
  context: CommandContext,
  answer: SealedAnswer,
  format: Format,
  write: (chunk: string | Uint8Array) => Promise<void>,
): Promise<void> {
  if (format === 'parquet') {
    for await (const piece of answer.stream()) await write(piece)
    return
  }
  const columns = formatColumns(answer.meta.columns ?? [])
  const result: Result = { columns, runs: readRows(answer, columns.length) }
  if (context.json) await writeJsonDocument(result, write, (count) => describe(answer.meta, count))
  else if (format === 'csv') await writeCsv(result, write)
  else if (format === 'json') await writeJsonObjects(result, write)
  else await writeTable(result, write, context.out)
}

function describe(meta: ResponseMeta, rowCount: number): Record<string, unknown> {
  const { attested, cached, timings, checkpoint } = meta
  return { rowCount, attested, cached, timings, checkpoint }
}

async function reportTimings(context: CommandContext, meta: ResponseMeta, seconds: number): Promise<void> {
  if (!context.verbose && !(context.out.isTerminal && !context.json)) return
  const rows = `${formatCount(meta.rows ?? 0)} ${meta.rows === 1 ? 'row' : 'rows'}`
  await writeLine(context.err, `${rows} in ${formatDuration(seconds)}${meta.cached ? ', from the cache' : ''}`)
  if (!context.verbose) return
  for (const [step, milliseconds] of Object.entries(meta.timings))
    await writeLine(context.err, `  ${step} ${milliseconds.toFixed(1)} ms`)
  await writeLine(context.err, `  ${meta.attested ? 'attested: signed by a key on the roster' : 'unattested'}`)
}
