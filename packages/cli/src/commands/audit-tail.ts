import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { withSession, type Session } from '../session/session.ts'
import { formatEntryLine, type ListedEntry } from './audit-entry-line.ts'

export const auditTail: Command = {
  name: 'audit tail',
  usage: 'audit tail [--last N] [--follow]',
  summary: 'The newest entries of the log',
  about: 'With --follow it stays and prints entries as they come; with --json too, it prints one entry to a line.',
  options: {
    last: { kind: 'value', hint: 'N', about: 'how many (default 20, at most 1000)' },
    follow: { kind: 'flag', short: 'f', about: 'go on until interrupted' },
    action: { kind: 'value', hint: 'ACTION', about: 'only this act, such as upload.create' },
    outcome: { kind: 'value', hint: 'OUTCOME', about: 'only these', choices: ['success', 'failure', 'denied'] },
  },
  async run(context, args) {
    const last = Number(args.value('last') ?? 20)
    if (!Number.isInteger(last) || last < 1 || last > 1000) throw usage('--last takes 1 to 1000', 'write --last 20.')
    const action = args.value('action')
    const outcome = args.value('outcome') as 'success' | 'failure' | 'denied' | undefined
    const filter = { ...(action === undefined ? {} : { action }), ...(outcome === undefined ? {} : { outcome }) }
    await withSession(context, async (session) => {
      const { entries, size } = await session.api.call('listEntries', { query: { last, ...filter } })
      if (context.json && !args.flag('follow')) return writeJson(context.out, { entries, size })
      for (const entry of entries) await printEntry(context, entry)
      if (args.flag('follow')) await follow(context, session, filter, size - 1)
    })
  },
}

async function follow(context: CommandContext, session: Session, filter: object, from: number): Promise<void> {
  let after = from
  while (!context.signal.aborted) {
    const query = { after, wait: 20, limit: 1000, ...filter }
    const answer = await session.api.call('listEntries', { query, signal: context.signal }).catch((error: unknown) => {
      // Ctrl-C is how following ends.
      if (context.signal.aborted) return undefined
      throw error
    })
    if (answer === undefined) return
    for (const entry of answer.entries) {
      await printEntry(context, entry)
      after = Math.max(after, entry.index)
    }
  }
}

async function printEntry(context: CommandContext, entry: ListedEntry): Promise<void> {
  await (context.json ? writeJson(context.out, entry) : writeLine(context.out, formatEntryLine(entry)))
}
