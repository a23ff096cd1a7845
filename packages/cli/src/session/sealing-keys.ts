/** The project's sealing keys, with what this home has seen of them before. */
import * as client from '@keyhold/client'
import { openPins } from './pins.ts'
import type { ProjectSession } from './session.ts'

/** See the client's `fetchDataPlaneKeyId`. */
export function fetchDataPlaneKeyId(session: ProjectSession, home: string, now: number): Promise<string> {
  return client.fetchDataPlaneKeyId(session, openPins(home), now)
}
