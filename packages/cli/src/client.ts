/** The client as a library: what the command uses, for programs that ask many questions over one connection. */
import type { Output } from './command.ts'
import { connectServer } from './session/connection.ts'
import { openDataPlane, type DataPlane } from './session/conversation.ts'
import { withProject, type ProjectSession } from './session/session.ts'

export type Client = { readonly session: ProjectSession; readonly dataPlane: DataPlane }

const silent: Output = { isTerminal: false, width: 80, write: () => Promise.resolve() }

/**
 * Runs work as the caller whose credentials are in `home`. Closes the connection afterwards.
 * Throws `credentials.missing`, and what the command would.
 */
export async function withClient<T>(home: string, work: (client: Client) => Promise<T>): Promise<T> {
  const context = {
    out: silent,
    err: silent,
    input: {
      isTerminal: false,
      ask: () => Promise.reject(new Error('Nobody to ask.')),
      readAll: () => Promise.resolve(''),
    },
    env: {},
    clock: { now: () => Date.now() },
    home,
    json: false,
    verbose: false,
    signal: new AbortController().signal,
    connect: connectServer,
    openPage: () => {},
  }
  return withProject(context, undefined, (session) =>
    work({ session, dataPlane: openDataPlane(session, home, () => Date.now()) }),
  )
}
