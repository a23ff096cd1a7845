/** A control node on a real database and a real TLS port, where callers are who they say they are. */
import { join } from 'node:path'
import { routes, type OperationId, type Route } from '@keyhold/contract'
import { createModules, type Modules } from '../../../app/modules.ts'
import { failAccess } from '../../../platform/access.ts'
import { createAuthoriser, type Authoriser } from '../../../platform/authoriser/authoriser.ts'
import type { AuthoriserStart } from '../../../platform/authoriser/protocol.ts'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import type { ServerAddress } from '../../../platform/database/server-address.ts'
import type { Handlers } from '../../../platform/http/call.ts'
import { createFailureCounter } from '../../../platform/http/failures.ts'
import { createIdempotency } from '../../../platform/http/idempotency.ts'
import type { Authenticated } from '../../../platform/http/pipeline.ts'
import { createHttpServer } from '../../../platform/http/server.ts'
import { silentLog } from '../../../platform/log.ts'
import { readMailSettings } from '../../../platform/mail-settings.ts'
import { openMailer } from '../../../platform/mail.ts'
import { openFolderStore } from '../../../platform/objects.ts'
import { createDialler } from '../../../platform/outgoing/dialler.ts'
import { noOutgoing } from '../../../platform/outgoing/settings.ts'
import { createPlatformKey } from '../../../platform/platform-key.ts'
import { startQueue } from '../../../platform/queue.ts'
import { openServerIdentity } from '../../../platform/tls/authority.ts'
import type { LinkModule } from '../../link/index.ts'

export type WorkNode = Modules & {
  readonly url: string
  readonly port: number
  readonly pin: string
  /** PEM of the authority. */
  readonly authority: string
  readonly database: Database
  readonly authoriser: Authoriser
  /** Folder of the uploads' files. */
  readonly area: string
  /** Moves the node's clock. */
  readonly advance: (milliseconds: number) => void
  readonly stop: () => Promise<void>
}

export type WorkNodeOptions = {
  readonly home: string
  readonly app: ServerAddress
  readonly authoriser: AuthoriserStart
  readonly queue: ServerAddress
  readonly port?: number
  /** `real`: sessions and tokens as everywhere, instead of bearers that say who they are. */
  readonly credentials?: 'real'
  /** Changes what is served, to show that a test notices. */
  readonly plant?: Plant
}

type Served = {
  readonly routes: Readonly<Record<string, Route>>
  readonly handlers: Handlers<OperationId>
}
export type Plant = (served: Served) => Served

/** Bearers, unless they are real: `owner/<organisation>`, `token/<organisation>/<project>/<bucket>:<access>`, or a link's session. */
export async function startWorkNode(options: WorkNodeOptions): Promise<WorkNode> {
  const { home, port = 0 } = options
  const database = openDatabase(options.app, silentLog)
  const queue = await startQueue(options.queue, silentLog)
  const identity = openServerIdentity(join(home, 'tls'))
  const platformKey = createPlatformKey(Buffer.alloc(32, 7))
  const clock = { ahead: 0 }
  const now = () => new Date(Date.now() + clock.ahead)
  const store = await openFolderStore(join(home, 'objects'))
  const mail = openMailer({ settings: readMailSettings({}), outbox: join(home, 'outbox'), log: silentLog })
  const authoriser = createAuthoriser(options.authoriser, silentLog)
  const common = {
    folder: home,
    database,
    authoriser,
    platformKey,
    queue,
    store,
    mail,
    log: silentLog,
    now,
    version: '0',
  }
  const dialler = createDialler(noOutgoing)
  const parts = { ...common, readUrl: () => '', serverPin: identity.pin, serverNames: identity.names }
  const modules = createModules({ ...parts, dialler, custody: 'demo' })
  const served = { routes, handlers: modules.handlers }
  const http = await createHttpServer({
    identity,
    ...(options.plant?.(served) ?? served),
    database,
    log: silentLog,
    audit: modules.audit.port,
    idempotency: createIdempotency(database, platformKey, now),
    failures: createFailureCounter(1000, 60_000, Date.now),
    openCalls: modules.addresses.openCalls,
    checkAddress: modules.checkCaller,
    authenticate: async (credential, address) => {
      const claimed = authenticate(modules.link, credential.secret)
      return options.credentials === 'real' && 'refused' in claimed
        ? modules.tokens.authenticate({ ...credential, address })
        : claimed
    },
    onPlainCredential: async () => {},
    writeAccess: () => {},
    pages: () => {},
  })
  http.server.on('upgrade', modules.link.handleUpgrade)
  const address = await http.listen(port, '127.0.0.1')
  return {
    ...modules,
    url: `https://127.0.0.1:${address.port}`,
    port: address.port,
    pin: identity.pin,
    authority: identity.authority,
    database,
    authoriser,
    area: join(home, 'uploads'),
    advance: (milliseconds) => void (clock.ahead += milliseconds),
    async stop() {
      modules.link.stop()
      await http.close(500)
      await modules.audit.close()
      await queue.stop()
      await authoriser.close()
      await database.close()
    },
  }
}

function authenticate(link: LinkModule, secret: string): Authenticated {
  const peer = link.findSession(secret)
  if (peer) return { principal: { kind: 'dataPlane', id: peer.dataPlane, organisation: peer.organisation } }
  const [kind = '', organisation = '', project = '', scope = ''] = secret.split('/')
  const id = organisation
  if (kind === 'owner') {
    const marks = { cookie: false, sudo: true, limited: false }
    return { principal: { kind: 'person', id, organisation, role: 'owner', session: id, ...marks } }
  }
  if (kind !== 'token') return { refused: failAccess('access.unauthenticated') }
  const [bucket = '', access] = scope.split(':')
  return { principal: { kind: 'token', id, organisation, project, scopes: [{ bucket, access: access as 'read' }] } }
}
