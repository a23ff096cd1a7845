import { createToken, formatLoginString, revokeToken, type NewToken, type Token } from '@keyhold/client'
import { usage, type Arguments } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { renderGrid } from '../output/grid.ts'
import { withProject, withSession } from '../session/session.ts'
import { proofOptions, takeProofs } from './ask.ts'
import { takeWords } from './positionals.ts'
import { projectOptions } from './project-option.ts'

export const tokensList: Command = {
  name: 'tokens list',
  usage: 'tokens list',
  summary: 'The organisation’s tokens, without their secrets',
  options: {},
  async run(context) {
    await withSession(context, async ({ api }) => {
      const { tokens } = await api.call('listTokens', {})
      if (context.json) return writeJson(context.out, { tokens })
      if (tokens.length === 0)
        return writeLine(context.out, 'No tokens. Make one: keyhold tokens create NAME --scope bucket:read')
      const rows = tokens.map((token) => [
        token.id,
        token.name,
        formatScopes(token),
        describeState(token, context.clock.now()),
        token.lastUsed ?? 'never',
      ])
      await context.out.write(renderGrid(['id', 'name', 'scopes', 'state', 'last used'], rows, context.out))
    })
  },
}

export const tokensCreate: Command = {
  name: 'tokens create',
  usage: 'tokens create NAME --scope BUCKET:read|write … [--days N]',
  summary: 'Make a token for a program: limited to buckets, and always expiring',
  about: 'The whole token is shown once. Its signing half is made here and never leaves this machine but in that text.',
  options: {
    scope: { kind: 'values', hint: 'BUCKET:ACCESS', about: 'a bucket and read or write; may be given again' },
    days: { kind: 'value', hint: 'N', about: 'days until it expires (default 90, at most 365)' },
    ...projectOptions,
    ...proofOptions,
  },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [name = ''] = takeWords(args, 1, 1, this.usage)
    const scopes = parseScopes(args)
    const expires = chooseExpiry(args, context.clock.now())
    await withProject(context, args.value('project'), async (session) => {
      const { token, text } = await createToken(session, { name, scopes, expires }, context.clock.now())
      await reportToken(context, token, text, formatLoginString(session.credentials))
    })
  },
}

export const tokensRevoke: Command = {
  name: 'tokens revoke',
  usage: 'tokens revoke ID|NAME',
  summary: 'End a token at once, at the server and at the data plane',
  options: proofOptions,
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    await withSession(context, async (session) => {
      const { tokens } = await session.api.call('listTokens', {})
      const token = findToken(tokens, named)
      await revokeToken(session, token.id, context.clock.now())
      if (context.json) return writeJson(context.out, { revoked: token.id })
      await writeLine(context.out, `Revoked ${token.name} (${token.id}).`)
    })
  },
}

function parseScopes(args: Arguments): NewToken['scopes'] {
  const scopes = args.values('scope').map((text) => {
    const match = /^([a-z][a-z0-9_]{0,62}):(read|write)$/.exec(text)
    if (match?.[1] === undefined)
      throw usage(`"${text}" is not a scope`, 'write --scope BUCKET:read or --scope BUCKET:write.')
    return { bucket: match[1], access: match[2] as 'read' | 'write' }
  })
  if (scopes.length === 0) throw usage('a token needs a scope', 'add --scope BUCKET:read or --scope BUCKET:write.')
  return scopes
}

function chooseExpiry(args: Arguments, now: number): string {
  const days = Number(args.value('days') ?? 90)
  if (!Number.isInteger(days) || days < 1 || days > 365) throw usage('--days takes 1 to 365', 'write --days 90.')
  return new Date(now + days * 86_400_000).toISOString()
}

function findToken(tokens: readonly Token[], named: string): Token {
  const found = tokens.filter((token) => token.id === named || (token.name === named && token.revoked === null))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  throw new CliError(
    'token.unknown',
    found.length === 0 ? 'there is no such token' : 'more than one token has this name',
    'take its id from: keyhold tokens list',
  )
}

function formatScopes(token: Token): string {
  return token.scopes.map(({ bucket, access }) => `${bucket}:${access}`).join(' ')
}

function describeState(token: Token, now: number): string {
  if (token.revoked !== null) return 'revoked'
  return Date.parse(token.expires) <= now ? 'expired' : `until ${token.expires.slice(0, 10)}`
}

async function reportToken(context: CommandContext, token: Token, text: string, login: string): Promise<void> {
  if (context.json) return writeJson(context.out, { token, secret: text, login })
  await writeLine(
    context.err,
    `${token.name} (${token.id}), until ${token.expires}. Shown this once; programs need both:`,
  )
  await writeLine(context.out, `KEYHOLD_LOGIN='${login}'`)
  await writeLine(context.out, `KEYHOLD_TOKEN='${text}'`)
}
