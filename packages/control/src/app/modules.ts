/** Wires the modules to the platform and to each other. */
import { join } from 'node:path'
import type { OperationId } from '@keyhold/contract'
import { createAddresses, type AddressesModule } from '../modules/addresses/index.ts'
import { createAudit, registerLedgerMethods, type AuditModule } from '../modules/audit/index.ts'
import { catalogueParts, createCatalogue, registerCatalogueMethods } from '../modules/catalogue/index.ts'
import { registerDocumentMethods } from '../modules/documents/index.ts'
import { createFactors } from '../modules/factors/index.ts'
import { createGroups, readGroupRoles } from '../modules/groups/index.ts'
import { createJobs, createSignals, type JobsModule } from '../modules/jobs/index.ts'
import {
  createLink,
  insertRoster,
  readCustody,
  readKeySet,
  storeProvision,
  type LinkModule,
} from '../modules/link/index.ts'
import { createMails, type MailsModule } from '../modules/mails/index.ts'
import { createObjects, type ObjectsModule } from '../modules/objects-api/index.ts'
import { createOperators, readMaintenance, type OperatorsModule } from '../modules/operators/index.ts'
import { createPeople, cutSession, type PeopleModule } from '../modules/people/index.ts'
import { createPersonal, type PersonalModule } from '../modules/personal/index.ts'
import { createProjects, hasProject, registerProjectMethods } from '../modules/projects/index.ts'
import { createProvisioning, cutProvisioner } from '../modules/provisioning/index.ts'
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
  readonly mails: MailsModule
  readonly operators: OperatorsModule
  /** Whether a caller's organisation is let in, and from where the call comes. */
  readonly checkCaller: CheckAddress
}

const longestUpload = 2 ** 40

export function createModules(parts: ModuleParts): Modules {
  const audit = createAudit(parts)
  const work = createWork(parts, audit, (caller) => checkCaller(caller))
  const { link } = work
  const addresses = createAddresses({ ...parts, openCalls: createOpenCalls(), hasProject, hasToken, link })
  const mails = createMails({ ...parts, mailer: parts.mail })
  const operators = createOperators(
    {
      ...parts,
      audit: audit.port,
      openCalls: addresses.openCalls,
      link,
      mailKind: parts.mail.kind,
      onSessionEnded: (session) => accounts.tokens.forget(session),
    },
    audit.handlers,
  )
  const checkCaller: CheckAddress = async (caller) => {
    await operators.standing.check(caller)
    await addresses.check(caller)
  }
  const accounts = createAccounts({ parts, audit, link, addresses, mails, operators })
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
    ...operators.handlers,
  }
  const { people, tokens, personal } = accounts
  return { ...work, handlers, audit, people, addresses, tokens, personal, mails, operators, checkCaller }
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

/** What accounts are built from. */
type AccountParts = {
  readonly parts: ModuleParts
  readonly audit: AuditModule
  readonly link: LinkModule
  readonly addresses: AddressesModule
  readonly mails: MailsModule
  readonly operators: OperatorsModule
}

/** People, tokens, projects and the first run. */
function createAccounts({ parts, audit, link, addresses, mails, operators }: AccountParts) {
  const { database, now } = parts
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
    readDataPlane: async (tx, organisation) => ({
      custody: (await readCustody(tx)) ?? parts.custody,
      dataPlane: link.isConnected(organisation) ? 'connected' : 'away',
    }),
    beginSecondStep: (...call) => factors.beginSecondStep(...call),
    endSecondSteps: (...call) => factors.endSecondSteps(...call),
    onSessionEnded,
    readGroupRoles,
    endTokensOf: (...call) => tokens.endTokensOf(...call),
    endMadeTokens: (...call) => tokens.endMadeTokens(...call),
    queueMail: mails.queue,
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
      endProvisioningToken: (...call) => provisioning.endFoundToken(...call),
      readContacts: people.readContacts,
      queueMail: mails.queue,
    },
    {
      findSession: people.findSession,
      findProvisioner: (...call) => provisioning.findProvisioner(...call),
      findOperator: operators.findSession,
    },
  )
  const groups = createGroups({
    database,
    now,
    audit: audit.port,
    lockLeader: people.lockLeader,
    refreshRoles: people.refreshRoles,
  })
  const provisioning = createProvisioning({
    ...parts,
    audit: audit.port,
    people: people.provisioned,
    groups: groups.doors,
    listMadeTokens: tokens.listMadeTokens,
    queueMail: mails.queue,
    onTokenEnded: ({ organisation, id }) => {
      tokens.forget(id)
      cutProvisioner(openCalls, organisation, id)
    },
  })
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
    readMaintenance: () => readMaintenance(database, now()),
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
  const more = { ...setup.handlers, ...personal.handlers, ...groups.handlers, ...provisioning.handlers }
  return { people, tokens, personal, handlers: { ...handlers, ...more } }
}
