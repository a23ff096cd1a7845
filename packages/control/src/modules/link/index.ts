/**
 * The link: enrolment of data planes, their one connection each, calls both ways, and what they give into keeping:
 * roster, sealing-key sets, wrapped keys. Refuses who does not prove the identity key over its own TLS connection;
 * believes no statement itself, since clients and data planes check signatures.
 */
import type { DataPlaneMethods, DataPlaneNotes } from '@keyhold/contract'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AuditPort } from '../../platform/audit-port.ts'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import { createAdmission } from './admit-link.ts'
import { type CallOptions, closeCodes } from './connection.ts'
import { createEnrolment } from './enrol.ts'
import { failLink } from './errors.ts'
import { catchUpRoster } from './catch-up-roster.ts'
import { registerKeyMethods } from './key-methods.ts'
import { createLinks, type DataPlanePeer } from './links.ts'
import { createMethods, type RegisterControlMethod } from './methods.ts'
import { createLinkHandlers } from './routes.ts'
import { readDataPlane, readEnrolledDataPlane } from './store.ts'

export type { DataPlanePeer } from './links.ts'
export type { RegisterControlMethod } from './methods.ts'
export { addEnrolment } from './enrol.ts'
export { storeProvision } from './keys.ts'
export { describePrincipal, peerOf } from './principals.ts'
export { insertRoster, readCustody, readKeySet } from './store.ts'

export type LinkSetting = {
  readonly database: Database
  readonly authoriser: Authoriser
  readonly log: Log
  readonly now: () => Date
  readonly audit: Pick<AuditPort, 'append'>
  /** base64url SHA-256 of this server's SubjectPublicKeyInfo. */
  readonly serverPin: string
  /** The verifier key of an organisation's log (signed note), which data planes pin. */
  readonly readLedgerKey: (organisation: string) => Promise<string>
  /** Whether a data plane may link from its address; everywhere when not given. @throws `access.address_denied` */
  readonly checkAddress?: (peer: DataPlanePeer, source: string | null) => Promise<void> | void
  /** A data plane has said hello. */
  readonly onUp?: (peer: DataPlanePeer) => void
  /** Its connection has ended. */
  readonly onDown?: (peer: DataPlanePeer) => void
}

type DataPlaneMethod = keyof DataPlaneMethods

export type LinkModule = {
  readonly handlers: ReturnType<typeof createLinkHandlers>
  /** @throws the data plane's refusal by its code, `data_plane.away`, `link.timeout`, `link.too_many_calls` */
  readonly callDataPlane: <M extends DataPlaneMethod>(
    organisation: string,
    method: M,
    params: DataPlaneMethods[M]['params'],
    options?: CallOptions,
  ) => Promise<{ readonly result: DataPlaneMethods[M]['result']; readonly body: Buffer }>
  /** Tells a data plane something, if it is there. */
  readonly noteDataPlane: (organisation: string, note: keyof DataPlaneNotes) => void
  readonly isConnected: (organisation: string) => boolean
  /** Where the organisation's data plane is linked from; undefined when it is away. */
  readonly sourceOf: (organisation: string) => string | undefined
  /** Ends the organisation's link, for the reason of this code: it may not be linked (from there) any more. */
  readonly drop: (organisation: string, code?: string) => void
  readonly registerControlMethod: RegisterControlMethod
  /** Whose link a bearer of /v1/link routes belongs to. */
  readonly findSession: (bearer: string) => DataPlanePeer | undefined
  /** For the shared server's `upgrade` event, path /v1/link. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly createEnrolment: (organisation: string) => Promise<{ token: string; expires: string }>
  readonly readIdentityKey: (organisation: string, dataPlane: string) => Promise<string | undefined>
  /** The organisation's anchor key, as its data plane gave it; undefined before enrolment. */
  readonly readAnchorKey: (organisation: string) => Promise<string | undefined>
  readonly stop: () => void
}

export function createLink(setting: LinkSetting): LinkModule {
  const { database, authoriser, now, serverPin, log, audit } = setting
  const links = createLinks()
  const methods = createMethods()
  const onAdmitted = (peer: DataPlanePeer) => {
    setting.onUp?.(peer)
    const { organisation } = peer
    catchUpRoster(
      database,
      organisation,
      async (params) => (await callDataPlane(organisation, 'roster.list', params)).result,
    ).then(
      (count) => count > 0 && log.info('roster.caught_up', { organisation, count }),
      (error: unknown) => log.error('roster.catch_up_failed', { organisation }, error),
    )
    void links.find(peer.organisation)?.connection.closed.then(() => setting.onDown?.(peer))
  }
  const { checkAddress = () => {} } = setting
  const admission = createAdmission({ database, links, methods, log, now, audit, onAdmitted, checkAddress })
  registerKeyMethods(methods.register, database)

  async function callDataPlane<M extends DataPlaneMethod>(
    organisation: string,
    method: M,
    params: DataPlaneMethods[M]['params'],
    options?: CallOptions,
  ) {
    const link = links.find(organisation)
    if (link === undefined) throw failLink('data_plane.away')
    const answer = await link.connection.call(method, params, options)
    return answer as { result: DataPlaneMethods[M]['result']; body: Buffer }
  }
  const readLedgerKey = setting.readLedgerKey
  return {
    handlers: createLinkHandlers({ database, authoriser, serverPin, now, readLedgerKey }, { callDataPlane }),
    callDataPlane,
    noteDataPlane: (organisation, note) => links.find(organisation)?.connection.note(note, {}),
    isConnected: (organisation) => links.find(organisation) !== undefined,
    sourceOf: (organisation) => links.find(organisation)?.source ?? undefined,
    drop: (organisation, code = 'access.address_denied') =>
      links.find(organisation)?.connection.close(closeCodes.policy, code),
    registerControlMethod: methods.register,
    findSession: links.findBySession,
    handleUpgrade: admission.handleUpgrade,
    createEnrolment: (organisation) => createEnrolment({ database, now }, organisation),
    readIdentityKey: async (organisation, dataPlane) => {
      const plane = await database.readTenant({ organisation }, (tx) => readDataPlane(tx, dataPlane))
      return plane?.state === 'enrolled' ? plane.identityKey : undefined
    },
    readAnchorKey: async (organisation) =>
      (await database.readTenant({ organisation }, readEnrolledDataPlane))?.anchorKey,
    stop: () => {
      links.closeAll()
      admission.close()
    },
  }
}
