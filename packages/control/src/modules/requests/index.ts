/**
 * Requests: sealed questions on their way to the data plane, sealed answers on their way back. Holds neither for longer
 * than it takes to pass them on, and can open neither. Refuses too large requests and too many of one project at once.
 */
import type { LinkModule } from '../link/index.ts'
import { createCatalogueVersions } from './catalogue-versions.ts'
import { createRequestHandlers } from './routes.ts'
import { createWaitingRequests } from './waiting-requests.ts'

export type RequestsSetting = {
  readonly link: Pick<LinkModule, 'callDataPlane'>
  /** @throws when the organisation has no such project */
  readonly readCatalogueVersion: (organisation: string, project: string) => Promise<number>
}

export type RequestsModule = {
  readonly handlers: ReturnType<typeof createRequestHandlers>
  /** A commit has moved the project's catalogue. */
  readonly forgetVersion: (project: string) => void
}

export function createRequests({ link, readCatalogueVersion }: RequestsSetting): RequestsModule {
  const waiting = createWaitingRequests()
  const versions = createCatalogueVersions(readCatalogueVersion, () => performance.now())
  const setting = { link, waiting, readCatalogueVersion: versions.read }
  return {
    handlers: createRequestHandlers(setting),
    forgetVersion: versions.forget,
  }
}
