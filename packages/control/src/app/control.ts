/** The control plane as one thing that starts and stops: database, keys, TLS, modules and server, in that order. */
import { join } from 'node:path'
import { routes } from '@keyhold/contract'
import type { TokenRanges } from '../modules/addresses/index.ts'
import { ensureOrganisation } from '../modules/setup/index.ts'
import { createAuthoriser } from '../platform/authoriser/authoriser.ts'
import type { AuthoriserStart } from '../platform/authoriser/protocol.ts'
import { openDatabase, type Database } from '../platform/database/database.ts'
import { migrate } from '../platform/database/migrate.ts'
import { connectAs, ensureRoles } from '../platform/database/roles.ts'
import type { ServerAddress } from '../platform/database/server-address.ts'
import { createAddressReader } from '../platform/http/client-address.ts'
import { createFailureCounter } from '../platform/http/failures.ts'
import { createIdempotency } from '../platform/http/idempotency.ts'
import { createHttpServer, type HttpServer } from '../platform/http/server.ts'
import { openLogFile } from '../platform/log-file.ts'
import { createLog, type Log } from '../platform/log.ts'
import { readMailSettings } from '../platform/mail-settings.ts'
import { openMailer } from '../platform/mail.ts'
import { createAddressSet } from '../platform/network-address.ts'
import { openFolderStore } from '../platform/objects.ts'
import { createDialler } from '../platform/outgoing/dialler.ts'
import { noOutgoing } from '../platform/outgoing/settings.ts'
import { openPlatformKey, type PlatformKey } from '../platform/platform-key.ts'
import { startPostgres } from '../platform/postgres/supervisor.ts'
import { startQueue } from '../platform/queue.ts'
import { openServerIdentity, watchServerIdentity, type ServerIdentity } from '../platform/tls/authority.ts'
import packageFile from '../../package.json' with { type: 'json' }
import { failConfig, type ControlConfig } from './config.ts'
import { lockHome } from './home-lock.ts'
import { createModules, type Modules } from './modules.ts'
import { addPages } from './pages.ts'
import { startPeriodic } from './periodic.ts'
import { findSampleFolder } from './web/samples.ts'

export type Control = {
  readonly url: string
  readonly port: number
  /** SHA-256 of the local authority, as browsers show it. */
  readonly caFingerprint: string
  readonly serverPin: string
  /** Enrols the first organisation's data plane; null once there is one. */
  readonly enrolment: { readonly token: string; readonly serverPin: string } | null
  /** PEM of the local authority. */
  readonly authority: string
  readonly database: Database
  /** Lists of allowed addresses of tokens. */
  readonly addresses: TokenRanges
  /** Process id of the embedded PostgreSQL. */
  readonly postgresPid: () => number | undefined
  /** Process id of the one that authorises. */
  readonly authoriserPid: () => number | undefined
  /** Finishes running calls, writes the log's queue, stops the database. */
  readonly stop: () => Promise<void>
}

export type ControlOptions = {
  readonly onProgress?: (step: string) => void
  /** Told once, at the first mail that was written to the outbox, where that is. */
  readonly onOutbox?: (folder: string) => void
  readonly now?: () => Date
}

const version = packageFile.version

/** What is to be undone, last first; a failed start undoes what it did. */
type Undo = { readonly add: (step: () => unknown) => void; readonly run: () => Promise<void> }

/**
 * Starts the control plane of a home.
 *
 * @throws AppError `config.…`, `control.already_running`, `postgres.…`, `database.…`, `secret.…`
 */
export async function startControl(config: ControlConfig, options: ControlOptions = {}): Promise<Control> {
  const undo = createUndo()
  try {
    return await start(config, options, undo)
  } catch (error) {
    await undo.run()
    throw error
  }
}

async function start(config: ControlConfig, options: ControlOptions, undo: Undo): Promise<Control> {
  const now = options.now ?? (() => new Date())
  const folder = join(config.home, 'control')
  undo.add(lockHome(config.home))
  const log = openLog(folder, undo)
  const {
    app,
    queue: queueAddress,
    authoriser: server,
    postgresPid,
  } = await prepareDatabase(config, options, log, undo)
  const platformKey = openPlatformKey(join(folder, 'keys', 'platform'))
  const database = openDatabase(app, log)
  undo.add(database.close)
  const identity = openServerIdentity(join(folder, 'tls'), now())
  const authoriser = createAuthoriser({ server, keys: join(folder, 'keys') }, log)
  undo.add(authoriser.close)
  const [queue, store] = await Promise.all([startQueue(queueAddress, log), openFolderStore(join(folder, 'objects'))])
  undo.add(queue.stop)
  await authoriser.ready()
  const mail = openMailer({
    settings: config.mail ?? readMailSettings({}),
    outbox: join(folder, 'outbox'),
    log,
    onWritten: once(() => options.onOutbox?.(join(folder, 'outbox'))),
  })
  undo.add(mail.close)
  const place = { url: config.publicUrl ?? '' }
  const modules = createModules({
    folder,
    database,
    authoriser,
    platformKey,
    queue,
    store,
    log,
    mail,
    dialler: createDialler(config.outgoing ?? noOutgoing),
    readUrl: () => place.url,
    now,
    version,
    serverPin: identity.pin,
    serverNames: identity.names,
    custody: config.custody,
  })
  undo.add(modules.audit.close)
  undo.add(modules.people.settle)
  await modules.audit.recover()
  const http = await openServer({ config, identity, modules, database, platformKey, log, now, undo })
  place.url ||= `https://localhost:${http.port}`
  undo.add(startRounds(modules, log))
  undo.add(watchServerIdentity(join(folder, 'tls'), http.port, identity, http.server.renew))
  return {
    url: `https://localhost:${http.port}`,
    port: http.port,
    caFingerprint: identity.authorityFingerprint,
    serverPin: identity.pin,
    enrolment: await offerEnrolment(database, modules, identity, now),
    authority: identity.authority,
    database,
    addresses: modules.addresses.tokens,
    postgresPid,
    authoriserPid: authoriser.pid,
    stop: undo.run,
  }
}

function openLog(folder: string, undo: Undo): Log {
  const file = openLogFile(join(folder, 'logs'), 'control')
  undo.add(file.close)
  return createLog(file.write)
}

type Addresses = {
  readonly app: ServerAddress
  readonly queue: ServerAddress
  /** Without role and password, which its process reads itself. */
  readonly authoriser: AuthoriserStart['server']
  readonly postgresPid: () => number | undefined
}

async function prepareDatabase(
  config: ControlConfig,
  { onProgress = () => {} }: ControlOptions,
  log: Log,
  undo: Undo,
): Promise<Addresses> {
  const keys = join(config.home, 'control', 'keys')
  const { admin, name, postgresPid } = await findServer(config, onProgress, log, undo)
  await ensureRoles(admin, name, keys)
  await migrate(connectAs(admin, name, 'keyhold_owner', keys), onProgress)
  const { user: _user, password: _password, ...authoriser } = { ...admin, database: name }
  return {
    authoriser,
    app: connectAs(admin, name, 'keyhold_app', keys),
    queue: connectAs(admin, name, 'keyhold_queue', keys),
    postgresPid,
  }
}

/** The server that DATABASE_URL names, or the embedded one. */
async function findServer(
  { databaseServer, home }: ControlConfig,
  onProgress: (step: string) => void,
  log: Log,
  undo: Undo,
) {
  if (databaseServer) return { admin: databaseServer, name: databaseServer.database, postgresPid: () => undefined }
  const embedded = await startPostgres({ home, log, onProgress })
  undo.add(embedded.stop)
  return { admin: embedded.admin, name: 'keyhold', postgresPid: embedded.pid }
}

type ServerParts = {
  readonly config: ControlConfig
  readonly identity: ServerIdentity
  readonly modules: Modules
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
  readonly undo: Undo
}

const failuresInAMinute = 60

async function openServer(parts: ServerParts): Promise<{ server: HttpServer; port: number }> {
  const { config, identity, modules, database, platformKey, log, now, undo } = parts
  const { tokens, link, audit, addresses } = modules
  const access = openLogFile(join(config.home, 'control', 'logs'), 'access')
  undo.add(access.close)
  const server = await createHttpServer({
    identity,
    log,
    routes,
    handlers: modules.handlers,
    database,
    audit: audit.port,
    idempotency: createIdempotency(database, platformKey, now),
    failures: createFailureCounter(failuresInAMinute, 60_000, () => now().getTime()),
    openCalls: addresses.openCalls,
    checkAddress: modules.checkCaller,
    readAddress: createAddressReader(config.trustedProxies && createAddressSet(config.trustedProxies)),
    async authenticate(credential, address) {
      const peer = credential.cookie ? undefined : link.findSession(credential.secret)
      if (!peer) return tokens.authenticate({ ...credential, address })
      return { principal: { kind: 'dataPlane', id: peer.dataPlane, organisation: peer.organisation } }
    },
    onPlainCredential: (credential) =>
      tokens.endSeenCredential(credential).catch((error: unknown) => log.error('token.revoke_failed', {}, error)),
    writeAccess: access.write,
    pages: (app) => addPages(app, { identity, version, webFolder: config.webFolder, sampleFolder: findSampleFolder() }),
  })
  server.server.on('upgrade', link.handleUpgrade)
  undo.add(async () => {
    link.stop()
    await server.close()
  })
  const address = await server.listen(config.port, config.host).catch(explainPort)
  return { server, port: address.port }
}

function explainPort(error: NodeJS.ErrnoException): never {
  if (error.code === 'EADDRINUSE') throw failConfig('config.port_in_use', { cause: error })
  if (error.code === 'EACCES') throw failConfig('config.port_forbidden', { cause: error })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    throw failConfig('config.host_invalid', { cause: error })
  }
  throw error
}

function startRounds(
  { audit, jobs, uploads, objects, addresses, personal, mails, operators }: Modules,
  log: Log,
): () => Promise<void> {
  return startPeriodic(
    [
      { name: 'addresses', pause: 300, run: addresses.follow },
      { name: 'standing', pause: 500, run: operators.standing.follow },
      { name: 'operators', pause: 1_000, run: operators.takeHostInvitations },
      { name: 'jobs', pause: 5_000, run: jobs.sweep },
      { name: 'mails', pause: 60_000, run: mails.sweep },
      { name: 'outbox', pause: 30_000, run: audit.recover },
      { name: 'personal', pause: 600_000, run: personal.sweep },
      { name: 'uploads', pause: 300_000, run: uploads.sweep },
      { name: 'objects', pause: 600_000, run: objects.sweep },
    ],
    log,
  )
}

async function offerEnrolment(
  database: Database,
  { link }: Modules,
  identity: ServerIdentity,
  now: () => Date,
): Promise<Control['enrolment']> {
  const { organisation } = await ensureOrganisation(database, now)
  if ((await link.readAnchorKey(organisation)) !== undefined) return null
  const { token } = await link.createEnrolment(organisation)
  return { token, serverPin: identity.pin }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}

function createUndo(): Undo {
  const steps: (() => unknown)[] = []
  let running: Promise<void> | undefined
  async function runSteps(): Promise<void> {
    for (const step of steps.toReversed()) await step()
  }
  return {
    add: (step) => void steps.push(step),
    run: () => (running ??= runSteps()),
  }
}
