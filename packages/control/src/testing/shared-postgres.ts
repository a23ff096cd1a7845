/**
 * One PostgreSQL for all test files of a run. The runner offers it at a Unix socket and starts it when the first file
 * asks; each file makes databases of its own in it. A file that is run without the runner starts its own server.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { OwnTestPostgres, TemplateServer } from './postgres.ts'

/** Path of the socket at which the runner answers. */
const variable = 'TEST_POSTGRES_SOCKET'

type Answer = TemplateServer | { readonly failed: string }

export type PostgresOffer = {
  /** What the test files' environment needs. */
  readonly environment: Readonly<Record<string, string>>
  /** Stops the server if anybody asked for it. */
  readonly end: () => Promise<void>
}

/** Offers a server at a socket to the processes of a run; `start` is called when the first of them asks. */
export async function offerSharedPostgres(
  socket: string,
  start: () => Promise<OwnTestPostgres>,
): Promise<PostgresOffer> {
  let started: Promise<OwnTestPostgres> | undefined
  const answer = async (asking: Socket) => {
    // A file that was killed while it waited.
    asking.on('error', () => {})
    started ??= start()
    const said = await started.then(describe, (error: unknown): Answer => ({ failed: String(error) }))
    asking.end(JSON.stringify(said))
  }
  const listener = createServer((asking) => void answer(asking)).listen(socket)
  await once(listener, 'listening')
  const end = async () => {
    listener.close()
    await (await started?.catch(() => undefined))?.stop()
  }
  return { environment: { [variable]: socket }, end }
}

function describe({ server, home }: OwnTestPostgres): TemplateServer {
  return { admin: server.admin, keys: join(home, 'control', 'keys') }
}

/** The server that the runner offers; undefined without a runner. @throws what kept it from starting */
export async function findSharedPostgres(): Promise<TemplateServer | undefined> {
  const path = process.env[variable]
  if (path === undefined) return undefined
  const answer = JSON.parse(await text(connect(path))) as Answer
  if ('failed' in answer) throw new Error(`The PostgreSQL of this run did not start: ${answer.failed}`)
  return answer
}
