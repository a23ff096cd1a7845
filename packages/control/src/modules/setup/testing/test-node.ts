/** A control node with the account and catalogue modules on a real database, log and TLS port: what their tests run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { request as sendRequest } from 'node:https'
import { join } from 'node:path'
import { routes, type OperationId, type Problem, type Route, type SetupAnswer } from '@keyhold/contract'
import type { SigningKey } from '@keyhold/sealed'
import { installationLog } from '../../../platform/audit-port.ts'
import type { Authoriser } from '../../../platform/authoriser/authoriser.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { Handlers } from '../../../platform/http/call.ts'
import { createFailureCounter } from '../../../platform/http/failures.ts'
import { createIdempotency } from '../../../platform/http/idempotency.ts'
import { createOpenCalls } from '../../../platform/http/open-calls.ts'
import { createHttpServer } from '../../../platform/http/server.ts'
import { silentLog } from '../../../platform/log.ts'
import { readMailSettings } from '../../../platform/mail-settings.ts'
import { openMailer, type Mailer } from '../../../platform/mail.ts'
import { openFolderStore, type ObjectStore } from '../../../platform/objects.ts'
import { createDialler, type Dialler } from '../../../platform/outgoing/dialler.ts'
import { noOutgoing } from '../../../platform/outgoing/settings.ts'
import { createPlatformKey } from '../../../platform/platform-key.ts'
import { openServerIdentity } from '../../../platform/tls/authority.ts'
import type { TestDatabase, TestPostgres } from '../../../testing/postgres.ts'
import { createAddresses, type AddressesModule } from '../../addresses/index.ts'
import { createAudit } from '../../audit/index.ts'
import { createCatalogue } from '../../catalogue/index.ts'
import { createFactors } from '../../factors/index.ts'
import { createGroups, readGroupRoles } from '../../groups/index.ts'
import { insertRoster, readKeySet, storeProvision } from '../../link/index.ts'
import { createPeople, cutSession } from '../../people/index.ts'
import { createMails } from '../../mails/index.ts'
import { createPersonal, type PersonalModule } from '../../personal/index.ts'
import { createProvisioning, cutProvisioner } from '../../provisioning/index.ts'
import { createProjects, hasProject } from '../../projects/index.ts'
import { createSingleSignOn } from '../../single-sign-on/index.ts'
import { createTokens, hasToken, type TokensModule } from '../../tokens/index.ts'
import { createSetup, ensureOrganisation, readOrganisationName } from '../index.ts'
import { computeMac, drawKey, encode, makeTestDataPlane, type TestDataPlane } from './test-organisation.ts'

export type TestNode = {
  readonly database: Database
  readonly authoriser: Authoriser
  readonly test: TestDatabase
  readonly objects: ObjectStore
  readonly tokens: TokensModule
  readonly addresses: AddressesModule
  readonly port: number
  readonly personal: PersonalModule
  /** The data plane of the organisation that the first start made. */
  readonly plane: TestDataPlane
  /** The organisation that the first start made. */
  readonly organisation: string
  /** Operation ids that this node serves. */
  readonly operations: readonly string[]
  /** Adds an organisation with a data plane of its own. */
  readonly addOrganisation: (organisation: string) => Promise<TestDataPlane>
  readonly call: <T = unknown>(call: TestCall) => Promise<TestAnswer<T>>
  /** The node's clock, ms since 1970. */
  readonly time: () => number
  /** Moves the node's clock ahead. */
  readonly advance: (milliseconds: number) => void
  /** The mails that were written so far, oldest first, when nothing is under way. */
  readonly readMails: () => Promise<string[]>
  readonly listEvents: (organisation?: string) => Promise<TestEvent[]>
  /** Mails that were sent, oldest first. */
  readonly mails: readonly TestMail[]
  readonly stop: () => Promise<void>
}
type TestMail = { readonly to: string; readonly subject: string; readonly text: string }
type TestCall = {
  readonly method: string
  readonly path: string
  readonly bearer?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Source address on the loopback network. */
  readonly from?: string
}
type TestAnswer<T> = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: T
  readonly problem: Problem
}
type TestEvent = { action: string; outcome: string; code: string | null; actor: string; object: string | null }

/** Starts a node on a fresh database; without a dialler it calls public addresses only. */
export async function startTestNode(
  postgres: TestPostgres,
  options: { readonly dialler?: Dialler } = {},
): Promise<TestNode> {
  const test = await postgres.create()
  const { database, authoriser } = test
  const home = join(postgres.home, test.name)
  const identity = openServerIdentity(join(postgres.home, 'tls'))
  const clock = { ahead: 0 }
  const now = () => new Date(Date.now() + clock.ahead)
  const platformKey = createPlatformKey(Buffer.alloc(32, 7))
  const audit = createAudit({ database, platformKey, log: silentLog, now })
  const objects = await openFolderStore(join(home, 'objects'))
  const planes = new Map<string, TestDataPlane>()
  const planeOf = (organisation: string) => planes.get(organisation) as TestDataPlane
  const provision = (organisation: string, project: string) => planeOf(organisation).provision(organisation, project)
  const readAnchorKey = async (organisation: string) => encode(planeOf(organisation).anchor.publicKey)
  const submitRoster: TestDataPlane['submitRoster'] = (organisation, statement) =>
    planeOf(organisation).submitRoster(organisation, statement)

  const openCalls = createOpenCalls()
  const link = { sourceOf: () => undefined, drop: () => {} }
  const addresses = createAddresses({ database, platformKey, now, openCalls, hasProject, hasToken, link })
  const mail = openMailer({ settings: readMailSettings({}), outbox: join(home, 'outbox'), log: silentLog })
  const mails: TestMail[] = []
  const mailer: Pick<Mailer, 'send'> = {
    send: (sent, onEnd) => {
      mails.push(sent)
      return mail.send(sent, onEnd)
    },
  }
  const waiting = createMails({ database, platformKey, mailer, log: silentLog, now })
  const people = createPeople({
    database,
    authoriser,
    readUrl: () => publicUrl,
    platformKey,
    log: silentLog,
    now,
    readOrganisationName,
    readDataPlane: async (_tx, organisation) => ({
      custody: 'demo',
      dataPlane: planes.has(organisation) ? 'connected' : 'away',
    }),
    beginSecondStep: (...call) => factors.beginSecondStep(...call),
    readGroupRoles,
    endTokensOf: (...call) => tokens.endTokensOf(...call),
    endMadeTokens: (...call) => tokens.endMadeTokens(...call),
    endSecondSteps: (...call) => factors.endSecondSteps(...call),
    onSessionEnded: (session, how) => {
      tokens.forget(session)
      if (how === 'ended') cutSession(openCalls, session)
    },
    queueMail: waiting.queue,
  })
  const factors = createFactors({
    database,
    authoriser,
    platformKey,
    log: silentLog,
    now,
    serverNames: identity.names,
    people: people.doors,
    offersProvider: (...call) => singleSignOn.offersStepUp(...call),
  })
  const singleSignOn = createSingleSignOn({
    database,
    platformKey,
    log: silentLog,
    now,
    readUrl: () => publicUrl,
    dialler: options.dialler ?? createDialler(noOutgoing),
    people: people.doors,
    beginSecondStep: factors.beginSecondStep,
    endPending: factors.endPending,
  })
  const tokens = createTokens(
    {
      database,
      authoriser,
      platformKey,
      audit: audit.port,
      log: silentLog,
      now,
      openCalls,
      addresses: addresses.tokens,
      submitRoster,
      insertRoster,
      hasProject,
      endSession: people.endSession,
      endProvisioningToken: (...call) => provisioning.endFoundToken(...call),
      readContacts: people.readContacts,
      queueMail: waiting.queue,
    },
    { findSession: people.findSession, findProvisioner: (...call) => provisioning.findProvisioner(...call) },
  )
  const { lockLeader, refreshRoles } = people
  const groups = createGroups({ database, now, audit: audit.port, lockLeader, refreshRoles })
  const provisioning = createProvisioning({
    database,
    authoriser,
    log: silentLog,
    now,
    readUrl: () => publicUrl,
    audit: audit.port,
    people: people.provisioned,
    groups: groups.doors,
    listMadeTokens: tokens.listMadeTokens,
    queueMail: waiting.queue,
    onTokenEnded: ({ organisation, id }) => {
      tokens.forget(id)
      cutProvisioner(openCalls, organisation, id)
    },
  })
  const projects = createProjects({ database, now, provision, storeProvision, readKeySet, readAnchorKey })
  const setup = createSetup({
    database,
    now,
    people,
    projects,
    claim: (claim) => planeOf(claim.organisation).claim(claim),
    insertRoster,
    custody: 'demo',
    mail,
    readMaintenance: async () => null,
    serverPin: identity.pin,
    version: '0.1.0',
  })
  const catalogue = createCatalogue({ database, objects, now })
  const personal = createPersonal({
    database,
    log: silentLog,
    now,
    people: people.own,
    factors: factors.own,
    entries: audit.personal,
    audit: audit.port,
  })
  const handlers = {
    ...addresses.handlers,
    ...audit.handlers,
    ...personal.handlers,
    ...people.handlers,
    ...factors.handlers,
    ...singleSignOn.handlers,
    ...tokens.handlers,
    ...projects.handlers,
    ...setup.handlers,
    ...groups.handlers,
    ...provisioning.handlers,
    ...catalogue.handlers,
  }
  const http = await createHttpServer({
    database,
    audit: audit.port,
    idempotency: createIdempotency(database, platformKey, now),
    failures: createFailureCounter(1000, 60_000, Date.now),
    authenticate: (credential, address) => tokens.authenticate({ ...credential, address }),
    openCalls,
    checkAddress: addresses.check,
    identity,
    log: silentLog,
    routes: pickRoutes(Object.keys(handlers)),
    handlers: handlers as unknown as Handlers<OperationId>,
    onPlainCredential: (credential) => tokens.endSeenCredential(credential),
    writeAccess: () => {},
  })
  const { port } = await http.listen(0, '127.0.0.1')
  const { organisation } = await ensureOrganisation(database, now)
  async function addOrganisation(id: string): Promise<TestDataPlane> {
    const plane = await makeTestDataPlane()
    planes.set(id, plane)
    return plane
  }
  const plane = await addOrganisation(organisation)
  return {
    database,
    authoriser,
    test,
    objects,
    tokens,
    addresses,
    port,
    plane,
    organisation,
    mails,
    operations: Object.keys(handlers),
    addOrganisation,
    personal,
    call: (call) => send(port, identity.authority, call),
    time: () => now().getTime(),
    advance: (milliseconds) => void (clock.ahead += milliseconds),
    async readMails() {
      await people.settle()
      await mail.settle()
      await waiting.settle()
      return readOutbox(join(home, 'outbox'))
    },
    listEvents: (id = organisation) => listEvents(database, id),
    async stop() {
      await http.close(500)
      await people.settle()
      await mail.close()
      await waiting.settle()
      await audit.close()
      await test.close()
    },
  }
}

function readOutbox(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
}

function pickRoutes(names: readonly string[]): Record<string, Route> {
  const all: Readonly<Record<string, Route>> = routes
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
}

async function listEvents(database: Database, organisation: string): Promise<TestEvent[]> {
  const rows = await database.withTenant({ organisation: organisation || installationLog }, (tx) =>
    tx.sql<{ entry: string }>('SELECT entry FROM ledger_entries ORDER BY index'),
  )
  return rows.map(({ entry }) => {
    const { action, outcome, code, actor, object } = JSON.parse(entry)
    return { action, outcome, code, actor: actor.kind, object: object === null ? null : `${object.kind} ${object.id}` }
  })
}

function send<T>(port: number, authority: string, call: TestCall): Promise<TestAnswer<T>> {
  const { method, path, bearer, body, headers = {}, from = '127.0.0.1' } = call
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const request = sendRequest(
      {
        host: '127.0.0.1',
        port,
        ca: authority,
        localAddress: from,
        method,
        path,
        agent: false,
        headers: {
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(text !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString()
          const json =
            answer !== '' && /json$|json;/.test(response.headers['content-type'] ?? '') && !answer.includes('\n{')
          const parsed = json ? JSON.parse(answer) : answer === '' ? undefined : answer
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed, problem: parsed })
        })
      },
    )
    request.on('error', reject)
    request.end(text)
  })
}

export const publicUrl = 'https://keyhold.example.test'
export const ownerEmail = 'Owner@example.test'
export const ownerPassword = 'four quiet herons wade'

/** A claim with the data plane's secret, and the device whose key it names. */
export async function claimBody(plane: TestDataPlane, organisation: string, secret: Buffer = plane.secret) {
  const device = await drawKey()
  const publicKey = encode(device.publicKey)
  const mac = computeMac(secret, organisation, publicKey, plane.anchor.keyId)
  const owner = { email: ownerEmail, password: ownerPassword, device: { publicKey, name: 'laptop' }, mac }
  return { device, body: { organisation, name: 'Example Ltd', project: 'First', ...owner } }
}

export type TestOwner = SetupAnswer & {
  readonly bearer: string
  readonly device: SigningKey
  /** The person's id. */
  readonly self: string
}

/** Sets an organisation up, the node's own unless another is named. */
export async function setUpOwner(
  node: TestNode,
  plane = node.plane,
  organisation = node.organisation,
): Promise<TestOwner> {
  const { device, body } = await claimBody(plane, organisation)
  const answer = await node.call<SetupAnswer>({ method: 'POST', path: '/v1/setup', body })
  if (answer.status !== 201) throw new Error(`set-up was refused: ${answer.problem.code}`)
  const [person] = await node.database.withTenant({ organisation }, (tx) =>
    tx.sql<{ id: string }>('SELECT id FROM people'),
  )
  return { ...answer.body, bearer: answer.body.session?.secret ?? '', device, self: person?.id ?? '' }
}
