/** A control node on a real database and a real TLS port, where callers are who they say they are. */
import { join } from 'node:path'
import { routes } from '@keyhold/contract'
import { createModules, type Modules } from '../../../app/modules.ts'
import { failAccess } from '../../../platform/access.ts'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import type { ServerAddress } from '../../../platform/database/server-address.ts'
import { createFailureCounter } from '../../../platform/http/failures.ts'
import { createIdempotency } from '../../../platform/http/idempotency.ts'
import type { Authenticated } from '../../../platform/http/pipeline.ts'
import { createHttpServer } from '../../../platform/http/server.ts'
import { silentLog } from '../../../platform/log.ts'
import { readMailSettings } from '../../../platform/mail-settings.ts'
import { openMailer } from '../../../platform/mail.ts'
import { openFolderStore } from '../../../platform/objects.ts'
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
  /** Folder of the uploads' files. */
  readonly area: string
  /** Moves the node's clock. */
  readonly advance: (milliseconds: number) => void
  readonly stop: () => Promise<void>
}

export type WorkNodeOptions = {
  readonly home: string
  readonly app: ServerAddress
  readonly queue: ServerAddress
  readonly port?: number
}

/** Bearers: `owner/<organisation>`, `token/<organisation>/<project>/<bucket>:<access>`, or a link's session. */
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
  const parts = {
    folder: home,
    database,
    platformKey,
    queue,
    store,
    mail,
    log: silentLog,
    now,
    version: '0',
    readUrl: () => '',
  }
  const modules = createModules({ ...parts, serverPin: identity.pin, custody: 'demo' })
  const http = await createHttpServer({
    identity,
    routes,
    database,
    log: silentLog,
    handlers: modules.handlers,
    audit: modules.audit.port,
    idempotency: createIdempotency(database, platformKey, now),
    failures: createFailureCounter(1000, 60_000, Date.now),
    authenticate: ({ secret }) => Promise.resolve(authenticate(modules.link, secret)),
    onPlainCredential: () => {},
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
    area: join(home, 'uploads'),
    advance: (milliseconds) => void (clock.ahead += milliseconds),
    async stop() {
      modules.link.stop()
      await http.close(500)
      await modules.audit.close()
      await queue.stop()
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
    return { principal: { kind: 'person', id, organisation, role: 'owner', session: id, cookie: false } }
  }
  if (kind !== 'token') return { refused: failAccess('access.unauthenticated') }
  const [bucket = '', access] = scope.split(':')
  return { principal: { kind: 'token', id, organisation, project, scopes: [{ bucket, access: access as 'read' }] } }
}
