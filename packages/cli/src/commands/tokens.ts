import { createToken, formatLoginString, revokeToken, rotateToken, type NewToken, type Token } from '@keyhold/client'
import type { ApiClient } from '@keyhold/contract'
import { usage, type Arguments } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { renderGrid } from '../output/grid.ts'
import { withProject, withSession } from '../session/session.ts'
import { proofOptions, takeProofs } from './ask.ts'
import { takeWords } from './positionals.ts'
import { projectOptions } from './project-option.ts'

const tokenActions = ['query', 'upload', 'documents'] as const

const ownOption = { own: { kind: 'flag', about: 'only your own tokens, which need no right over others’' } } as const

export const tokensList: Command = {
  name: 'tokens list',
  usage: 'tokens list',
  summary: 'The organisation’s tokens, without their secrets',
  options: ownOption,
  async run(context, args) {
    await withSession(context, async ({ api }) => {
      const tokens = await listTokens(api, args)
      if (context.json) return writeJson(context.out, { tokens })
      if (tokens.length === 0)
        return writeLine(context.out, 'No tokens. Make one: keyhold tokens create NAME --scope bucket:read')
      const rows = tokens.map((token) => [
        token.id,
        token.name,
        formatScopes(token),
        describeState(token, context.clock.now()),
        token.lastUsed === null ? 'never' : `${token.lastUsed} from ${token.lastUsedFrom ?? 'an unknown address'}`,
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
    address: { kind: 'values', hint: 'CIDR', about: 'from where it may be used; may be given again' },
    action: {
      kind: 'values',
      hint: 'ACTION',
      about: 'limit it to query, upload or documents; may be given again',
      choices: tokenActions,
    },
    kind: {
      kind: 'value',
      hint: 'KIND',
      about: 'svc for a program (default), usr for your own: at most what you may',
      choices: ['svc', 'usr'],
    },
    ...projectOptions,
    ...proofOptions,
  },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [name = ''] = takeWords(args, 1, 1, this.usage)
    const scopes = parseScopes(args)
    const expires = chooseExpiry(args, context.clock.now())
    const limits = readLimits(args)
    await withProject(context, args.value('project'), async (session) => {
      const { token, text } = await createToken(session, { name, scopes, expires, ...limits }, context.clock.now())
      await reportToken(context, token, text, formatLoginString(session.credentials))
    })
  },
}

export const tokensRevoke: Command = {
  name: 'tokens revoke',
  usage: 'tokens revoke ID|NAME',
  summary: 'End a token at once, at the server and at the data plane',
  options: { ...ownOption, ...proofOptions },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    await withSession(context, async (session) => {
      const token = findToken(await listTokens(session.api, args), named)
      await revokeToken(session, token, context.clock.now(), args.flag('own'))
      if (context.json) return writeJson(context.out, { revoked: token.id })
      await writeLine(context.out, `Revoked ${token.name} (${token.id}).`)
    })
  },
}

export const tokensRotate: Command = {
  name: 'tokens rotate',
  usage: 'tokens rotate ID|NAME [--overlap HOURS]',
  summary: 'Make a successor with the same terms; the old one ends by itself after the overlap',
  options: {
    overlap: { kind: 'value', hint: 'HOURS', about: 'hours that both work (default 24, 0 to 168)' },
    ...ownOption,
  },
  async run(context, args) {
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    const hours = Number(args.value('overlap') ?? 24)
    if (!(hours >= 0 && hours <= 168)) throw usage('--overlap takes 0 to 168 hours', 'write --overlap 24.')
    await withSession(context, async (session) => {
      const old = findToken(await listTokens(session.api, args), named)
      const { token, text } = await rotateToken(session, old, hours * 3_600_000, context.clock.now())
      await reportToken(context, token, text, formatLoginString(session.credentials))
    })
  },
}

async function listTokens(api: ApiClient, args: Arguments): Promise<readonly Token[]> {
  return (await api.call(args.flag('own') ? 'listOwnTokens' : 'listTokens', {})).tokens
}

function readLimits(args: Arguments): Pick<NewToken, 'actions' | 'addresses' | 'kind'> {
  const actions = tokenActions.filter((action) => args.values('action').includes(action))
  const addresses = [...args.values('address')]
  return {
    kind: args.value('kind') === 'usr' ? 'usr' : 'svc',
    ...(actions.length > 0 && { actions }),
    ...(addresses.length > 0 && { addresses }),
  }
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
