import { usage, type Arguments } from '../arguments.ts'
import { writeJson, writeLine, type Command } from '../command.ts'
import { writeFileWhole } from '../output/file-output.ts'
import { formatBytes } from '../output/sizes.ts'
import { openLogExport } from '../session/log-export.ts'
import { withSession } from '../session/session.ts'
import { proofOptions, takeProofs } from './ask.ts'
import { takeWords } from './positionals.ts'

export const auditExport: Command = {
  name: 'audit export',
  usage: 'audit export FILE [--format log|ocsf|csv]',
  summary: 'Save the whole log to a file that anyone can verify offline, or entries for other programs',
  about:
    'With --format ocsf (events of OCSF, one to a line) or csv it saves the entries that match the filter, oldest first. ' +
    'Only the log itself (the default) can be verified.',
  options: {
    format: { kind: 'value', hint: 'FORMAT', about: 'log (default), ocsf or csv', choices: ['log', 'ocsf', 'csv'] },
    action: { kind: 'value', hint: 'ACTION', about: 'only this act, such as upload.create' },
    outcome: { kind: 'value', hint: 'OUTCOME', about: 'only these', choices: ['success', 'failure', 'denied'] },
    actor: { kind: 'value', hint: 'ID', about: 'only of this person or token, or of a kind: person, token' },
    text: { kind: 'value', hint: 'WORDS', about: 'only entries in which all of these words occur' },
    since: { kind: 'value', hint: 'TIME', about: 'from this time on, such as 2026-03-01 or 2026-03-01T08:00:00Z' },
    until: { kind: 'value', hint: 'TIME', about: 'before this time' },
    ...proofOptions,
  },
  async run(context, args) {
    const [path = ''] = takeWords(args, 1, 1, this.usage)
    const address = findAddress(args)
    await withSession(await takeProofs(context, args), async (session) => {
      const bytes = await writeFileWhole(path, async ({ write }) => {
        let length = 0
        for await (const chunk of await openLogExport(session, address)) {
          await write(chunk)
          length += chunk.length
        }
        return length
      })
      if (context.json) return writeJson(context.out, { file: path, bytes })
      const verify = address === wholeLog ? ` Verify it: keyhold audit verify ${path}` : ''
      await writeLine(context.out, `${path}: ${formatBytes(bytes)}.${verify}`)
    })
  },
}

const wholeLog = '/v1/audit/export'
const filters = ['action', 'outcome', 'actor', 'text', 'since', 'until'] as const

/** Where what was asked for is. @throws CliError `cli.usage` for a filter of the whole log, or no time */
function findAddress(args: Arguments): string {
  const format = args.value('format') ?? 'log'
  const given = filters.flatMap((name) => {
    const value = args.value(name)
    return value === undefined ? [] : [[name, name === 'since' || name === 'until' ? readTime(name, value) : value]]
  })
  if (format !== 'log')
    return `/v1/audit/entries/export?${new URLSearchParams([['format', format], ...given] as string[][])}`
  if (given.length === 0) return wholeLog
  throw usage('the log that can be verified is whole', 'leave the filter out, or add --format ocsf or --format csv.')
}

function readTime(name: string, text: string): string {
  const time = new Date(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime())) {
    throw usage(
      `--${name} takes a time, not "${text}"`,
      `write --${name} 2026-03-01 or --${name} 2026-03-01T08:00:00Z.`,
    )
  }
  return time.toISOString()
}
