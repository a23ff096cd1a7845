/** The connections that are up: one for each data plane; a new one takes over from the old. */
import { createHash } from 'node:crypto'
import { type Connection, closeCodes } from './connection.ts'

export type DataPlanePeer = { readonly organisation: string; readonly dataPlane: string }
type Link = DataPlanePeer & {
  readonly connection: Connection
  readonly session: string
  readonly source: string | null
}

export type Links = {
  readonly admit: (link: Link) => void
  readonly find: (organisation: string) => Link | undefined
  /** Whose link a bearer belongs to; nobody's once the connection ended. */
  readonly findBySession: (session: string) => DataPlanePeer | undefined
  readonly closeAll: () => void
}

export function createLinks(): Links {
  const byOrganisation = new Map<string, Link>()
  const bySession = new Map<string, Link>()

  function admit(link: Link): void {
    byOrganisation.get(link.organisation)?.connection.close(closeCodes.replaced, 'link.replaced')
    const key = hashSession(link.session)
    byOrganisation.set(link.organisation, link)
    bySession.set(key, link)
    void link.connection.closed.then(() => {
      bySession.delete(key)
      if (byOrganisation.get(link.organisation) === link) byOrganisation.delete(link.organisation)
    })
  }
  function closeAll(): void {
    for (const link of byOrganisation.values()) link.connection.close(closeCodes.goingAway, 'link.stopping')
  }
  return {
    admit,
    find: (organisation) => byOrganisation.get(organisation),
    findBySession: (session) => bySession.get(hashSession(session)),
    closeAll,
  }
}

/** Looking up by a hash leaves nothing to time. */
function hashSession(session: string): string {
  return createHash('sha256').update(session).digest('base64url')
}
