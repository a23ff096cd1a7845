/** A signed-in client: typed calls, the caller's signing key, and the project that commands work in. */
import type { LoginTarget } from '@keyhold/client'
import { createClient, type ApiClient } from '@keyhold/contract'
import { decodeBase64url, importSigningSeed, type SigningKey } from '@keyhold/sealed'
import { writeLine, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import type { ServerConnection } from './connection.ts'
import { loadCredentials, readCredentials, type Credentials } from './credentials.ts'
import { repeatAfterStepUp, type ProveAndRepeat } from './step-up.ts'

export type Session = {
  /** Asks for a fresh proof where one is needed. */
  readonly api: ApiClient
  /** The same for calls that are no exchange, such as streams. */
  readonly proving: ProveAndRepeat
  readonly connection: ServerConnection
  readonly credentials: Credentials
  readonly organisation: string
  /** Key id of the pinned anchor. */
  readonly anchor: string
  readonly signer: SigningKey
  /** Headers that say who calls. */
  authorise(): Record<string, string>
}

export type ProjectSession = Session & { readonly project: string }

/** Runs work with a connection to a server, and closes it. */
export async function withConnection<T>(
  context: CommandContext,
  target: LoginTarget,
  work: (connection: ServerConnection) => Promise<T>,
): Promise<T> {
  const connection = context.connect({
    url: target.url,
    pin: target.pin,
    signal: context.signal,
    onWaiting: () => void writeLine(context.err, 'waiting for the server …'),
  })
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

/** Runs work as the signed-in caller. Throws `credentials.missing`. */
export async function withSession<T>(context: CommandContext, work: (session: Session) => Promise<T>): Promise<T> {
  const credentials = loadCredentials(context)
  return withConnection(context, credentials, async (connection) =>
    work(await openSession(context, credentials, connection)),
  )
}

/** `withSession` in the project of `--project`, KEYHOLD_PROJECT, the credentials, or the only one there is. */
export async function withProject<T>(
  context: CommandContext,
  named: string | undefined,
  work: (session: ProjectSession) => Promise<T>,
): Promise<T> {
  return withSession(context, async (session) => {
    const project = await chooseProject(session, named ?? context.env['KEYHOLD_PROJECT'])
    return work({ ...session, project })
  })
}

async function openSession(
  context: CommandContext,
  credentials: Credentials,
  connection: ServerConnection,
): Promise<Session> {
  const authorise = (): Record<string, string> => {
    const secret = readNewestSecret(context, credentials)
    return secret === undefined ? {} : { authorization: `Bearer ${secret}` }
  }
  const client = createClient(connection.exchange, authorise)
  const proving = repeatAfterStepUp(context, client)
  const api: ApiClient = { call: (operation, input) => proving(() => client.call(operation, input)) }
  const signer = await importSigningSeed(decodeBase64url(credentials.seed) ?? new Uint8Array())
  const common = { api, proving, connection, anchor: credentials.anchor, signer, authorise }
  if (credentials.organisation !== null) {
    return { ...common, credentials, organisation: credentials.organisation }
  }
  const self = await api.call('readSelf', {})
  const known = { ...credentials, organisation: self.organisation, project: self.project }
  return { ...common, credentials: known, organisation: self.organisation }
}

/** A step-up in another process of this shell gives the session a new secret: what is on disk counts. */
function readNewestSecret(context: CommandContext, { secret }: Credentials): string | undefined {
  const stored = secret?.kind === 'session' ? readCredentials(context.home)?.secret : undefined
  return (stored?.kind === 'session' ? stored : secret)?.secret
}

async function chooseProject(session: Session, named: string | undefined): Promise<string> {
  if (named === undefined && session.credentials.project !== null) return session.credentials.project
  const { projects } = await session.api.call('listProjects', {})
  const found = projects.filter((project) => named === undefined || project.id === named || project.name === named)
  if (found.length === 1 && found[0] !== undefined) return found[0].id
  throw new CliError(
    'project.unknown',
    named === undefined
      ? 'you reach more than one project, or none'
      : 'there is no such project, or it is not yours to see',
    `name one with --project: ${projects.map((project) => project.name).join(', ') || '(none)'}.`,
  )
}
