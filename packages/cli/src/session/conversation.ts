/** The client's conversation over this shell's connection; answers are spooled, so that any size fits. */
import * as client from '@keyhold/client'
import { isConnectionFailure } from './connection.ts'
import { openPins } from './pins.ts'
import type { ProjectSession } from './session.ts'
import { spoolBody } from './spool.ts'

export type DataPlane = {
  /** See the client's `ask`. The answer must be closed. */
  ask(operation: string, body: object): Promise<client.SealedAnswer>
  prepare(operation: string, body: object): Promise<client.Question>
}

/** Opens no context yet: the first request does. */
export function openDataPlane(session: ProjectSession, home: string, now: () => number): DataPlane {
  const { connection, project } = session
  const dataPlane = client.openDataPlane(session, {
    pins: openPins(home),
    now,
    send: (body) =>
      connection.stream({
        method: 'POST',
        path: `/v1/projects/${project}/requests`,
        headers: { ...session.authorise(), 'content-type': client.sealedMedia },
        body,
      }),
    isAbsence: isConnectionFailure,
    waitAfter: (failure, attempt) => connection.waitAfter(failure, attempt),
  })
  const open: client.AnswerOpener<client.SealedAnswer> = async (body, keys, expected) =>
    client.openSealedAnswer(await spoolBody(body), keys, expected)
  return {
    ask: (operation, body) => dataPlane.ask(operation, body, open),
    prepare: (operation, body) => dataPlane.prepare(operation, body),
  }
}
