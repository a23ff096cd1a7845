/** Wires the modules to the platform and to each other. */
import { join } from 'node:path'
import type { OperationId } from '@keyhold/contract'
import { createAddresses, type AddressesModule } from '../modules/addresses/index.ts'
import { createAudit, registerLedgerMethods, type AuditModule } from '../modules/audit/index.ts'
import { catalogueParts, createCatalogue, registerCatalogueMethods } from '../modules/catalogue/index.ts'
import { registerDocumentMethods } from '../modules/documents/index.ts'
import { createFactors } from '../modules/factors/index.ts'
import { createJobs, createSignals, type JobsModule } from '../modules/jobs/index.ts'
import { createLink, insertRoster, readKeySet, storeProvision, type LinkModule } from '../modules/link/index.ts'
import { createObjects, type ObjectsModule } from '../modules/objects-api/index.ts'
import { createPeople, cutSession, type PeopleModule } from '../modules/people/index.ts'
import { createPersonal, type PersonalModule } from '../modules/personal/index.ts'
import { createProjects, hasProject, registerProjectMethods } from '../modules/projects/index.ts'
import { createRequests } from '../modules/requests/index.ts'
import { createSetup, readOrganisationName } from '../modules/setup/index.ts'
import { createSingleSignOn } from '../modules/single-sign-on/index.ts'
import { createTokens, hasToken, type TokensModule } from '../modules/tokens/index.ts'
import { createUploads, openUploadArea, type UploadsModule } from '../modules/uploads/index.ts'
import type { Authoriser } from '../platform/authoriser/authoriser.ts'
import type { Database } from '../platform/database/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { createOpenCalls } from '../platform/http/open-calls.ts'
import type { CheckAddress } from '../platform/http/pipeline.ts'
import type { Log } from '../platform/log.ts'
import type { Mailer } from '../platform/mail.ts'
import type { ObjectStore } from '../platform/objects.ts'
import type { Dialler } from '../platform/outgoing/dialler.ts'
import type { PlatformKey } from '../platform/platform-key.ts'
import type { TicketQueue } from '../platform/queue.ts'
import type { Custody } from './config.ts'

export type ModuleParts = {
  /** Folder of the control plane. */
  readonly folder: string
  readonly database: Database
  readonly authoriser: Authoriser
  readonly platformKey: PlatformKey
  readonly queue: TicketQueue
  readonly store: ObjectStore
  readonly log: Log
  readonly mail: Mailer
  readonly dialler: Dialler
  /** Where people reach this installation; known once the server listens. */
  readonly readUrl: () => string
  readonly now: () => Date
  readonly serverPin: string
  /** Names that the server's certificate is for. */
  readonly serverNames: readonly string[]
  readonly custody: Custody
  readonly version: string
}

export type Modules = {
  readonly handlers: Handlers<OperationId>
  readonly audit: AuditModule
  readonly link: LinkModule
  readonly people: PeopleModule
  readonly tokens: TokensModule
  readonly addresses: AddressesModule
  readonly jobs: JobsModule
  readonly uploads: UploadsModule
  readonly objects: ObjectsModule
  readonly personal: PersonalModule
}

const longestUpload = 2 ** 40

export function createModules(parts: ModuleParts): Modules {
  const audit = createAudit(parts)
  const work = createWork(parts, audit, (caller) => addresses.check(caller))
  const { link } = work
  const addresses = createAddresses({ ...parts, openCalls: createOpenCalls(), hasProject, hasToken, link })
  const accounts = createAccounts(parts, audit, link, addresses)
  const catalogue = createCatalogue({ ...parts, objects: parts.store })
  registerCatalogueMethods(link.registerControlMethod, parts.database)
  registerProjectMethods(link.registerControlMethod, parts.database)
  registerDocumentMethods(link.registerControlMethod, { ...parts, audit: audit.port })
  registerLedgerMethods(link.registerControlMethod, parts, audit.dataPlanes, link.readIdentityKey)
  const handlers: Handlers<OperationId> = {
    ...audit.handlers,
    ...work.handlers,
    ...addresses.handlers,
    ...accounts.handlers,
    ...catalogue.handlers,
  }
  const { people, tokens, personal } = accounts
  return { ...work, handlers, audit, people, addresses, tokens, personal }
}

/** Data planes and what they work on. */
function createWork(parts: ModuleParts, audit: AuditModule, checkAddress: CheckAddress) {
  const { database, authoriser, log, now, serverPin, store, queue } = parts
  const signals = createSignals()
  const link = createLink({
    database,
    authoriser,
    log,
    now,
    serverPin,
    audit: audit.port,
    readLedgerKey: audit.readVerifierKey,
    checkAddress: ({ organisation, dataPlane: id }, address) =>
      checkAddress({ principal: { kind: 'dataPlane', id, organisation }, address, project: undefined }),
    onDown: (peer) => {
      jobs.loseLink(peer).catch((error: unknown) => log.error('jobs.lose_link_failed', {}, error))
    },
  })
  const objects = createObjects({ database, store, now })
  const requests = createRequests({
    link,
    readCatalogueVersion: (organisation, project) =>
      database.readTenant({ organisation }, (tx) => catalogueParts.readVersion(tx, project)),
  })
  const jobs = createJobs(
    {
      database,
      queue,
      catalogue: catalogueParts,
      objects,
      uploads: {
        consume: (...call) => uploads.consume(...call),
        abandon: (...call) => uploads.markAbandoned(...call),
      },
      audit: audit.port,
      now,
      signals,
      announce: (organisation) => link.noteDataPlane(organisation, 'jobs.available'),
      readIdentityKey: link.readIdentityKey,
      onCommitted: requests.forgetVersion,
    },
    link.registerControlMethod,
  )
  const area = openUploadArea(join(parts.folder, 'uploads'))
  const uploads = createUploads(
    { database, area, catalogue: catalogueParts, jobs, now, signals, lengthLimit: longestUpload },
    link.registerControlMethod,
  )
  const handlers = {
    ...link.handlers,
    ...objects.handlers,
    ...requests.handlers,
    ...jobs.handlers,
    ...uploads.handlers,
  }
  return { link, objects, jobs, uploads, handlers }
}

/** People, tokens, projects and the first run. */
function createAccounts(parts: ModuleParts, audit: AuditModule, link: LinkModule, addresses: AddressesModule) {
  const { database, now } = parts
  const sendMail = parts.mail.send
  const { openCalls } = addresses
  const submitRoster = async (organisation: string, statement: Parameters<typeof insertRoster>[3]) =>
    (await link.callDataPlane(organisation, 'roster.submit', { statement })).result
  const onSessionEnded = (session: string, how?: 'ended') => {
    tokens.forget(session)
    if (how === 'ended') cutSession(openCalls, session)
  }
  const people = createPeople({
    ...parts,
    readOrganisationName,
    beginSecondStep: (...call) => factors.beginSecondStep(...call),
    endSecondSteps: (...call) => factors.endSecondSteps(...call),
    onSessionEnded,
    sendMail,
  })
  const factors = createFactors({
    ...parts,
    people: people.doors,
    offersProvider: (...call) => singleSignOn.offersStepUp(...call),
  })
  const singleSignOn = createSingleSignOn({ ...parts, ...factors, people: people.doors })
  const tokens: TokensModule = createTokens(
    {
      ...parts,
      audit: audit.port,
      openCalls,
      addresses: addresses.tokens,
      submitRoster,
      insertRoster,
      hasProject,
      endSession: people.endSession,
      readContacts: people.readContacts,
      sendMail,
    },
    people.findSession,
  )
  const projects = createProjects({
    database,
    now,
    provision: async (organisation, project) =>
      (await link.callDataPlane(organisation, 'project.provision', { project })).result,
    storeProvision,
    readKeySet,
    readAnchorKey: link.readAnchorKey,
  })
  const setup = createSetup({
    ...parts,
    people,
    projects,
    claim: async (claim) => (await link.callDataPlane(claim.organisation, 'setup.claim', claim)).result,
    insertRoster,
    isConnected: link.isConnected,
  })
  const personal = createPersonal({
    ...parts,
    people: people.own,
    factors: factors.own,
    entries: audit.personal,
    audit: audit.port,
  })
  const ways = { ...people.handlers, ...factors.handlers, ...singleSignOn.handlers }
  const handlers = { ...ways, ...tokens.handlers, ...projects.handlers }
  return { people, tokens, personal, handlers: { ...handlers, ...setup.handlers, ...personal.handlers } }
}
