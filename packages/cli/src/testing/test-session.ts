import { createClient } from '@keyhold/contract'
import { drawSigningSeed, encodeBase64url, importSigningSeed } from '@keyhold/sealed'
import { connectServer, type ConnectionOptions } from '../session/connection.ts'
import type { ProjectSession } from '../session/session.ts'
import type { TestServer } from './test-server.ts'

/** A session of a device with the test server, and what ends its connections. */
export async function openTestSession(
  server: TestServer,
  options: Partial<ConnectionOptions> = {},
): Promise<{ session: ProjectSession; end: () => Promise<void> }> {
  const { url, pin, organisation, project } = server
  const seed = drawSigningSeed()
  const signal = new AbortController().signal
  const connection = connectServer({ url, pin, signal, onWaiting: () => undefined, ...options })
  const authorise = (): Record<string, string> => ({ authorization: 'Bearer test' })
  const credentials = {
    format: 1,
    url,
    pin,
    anchor: server.anchor.keyId,
    organisation,
    project,
    secret: { kind: 'session', secret: 'test' },
    seed: encodeBase64url(seed),
    email: null,
  } as const
  const signer = await importSigningSeed(seed)
  server.device = signer
  const api = createClient(connection.exchange, authorise)
  const proving = <T>(call: () => Promise<T>): Promise<T> => call()
  const known = { credentials, anchor: credentials.anchor, organisation, project, signer }
  const session = { api, proving, connection, authorise, ...known }
  return { session, end: () => connection.close() }
}
