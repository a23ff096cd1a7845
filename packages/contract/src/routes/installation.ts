/** What operators see of the installation and do to it: health, organisations by id, versions, ciphertext, its ledger. */
import { Type, type Static } from 'typebox'
import { operator, route } from '../route.ts'
import { Count, Digest, Id, nullable, strict, Time, Title } from '../schema.ts'
import { AuditEntry, EntryQuery } from './audit.ts'
import { Maintenance } from './maintenance.ts'

export type { Maintenance } from './maintenance.ts'

/** An organisation as operators may know it: nothing in it was named by the organisation. */
export const OperatedOrganisation = strict({
  id: Id,
  /** What operators called it when they made it; null for the first one. */
  label: nullable(Title),
  state: Type.Union([Type.Literal('unclaimed'), Type.Literal('active')]),
  suspended: nullable(Time),
  created: Time,
  dataPlane: Type.Union([Type.Literal('connected'), Type.Literal('away'), Type.Literal('none')]),
  people: Count,
  projects: Count,
  tables: Count,
  /** Sealed objects, and their bytes. */
  objects: Count,
  bytes: Count,
  jobsQueued: Count,
  jobsRunning: Count,
  /** Entries in its log. */
  entries: Count,
})
export type OperatedOrganisation = Static<typeof OperatedOrganisation>

/** For the organisation's data plane, which then prints the owner's set-up link. */
const Enrolment = strict({ organisation: Id, token: Type.String(), serverPin: Digest, expires: Time })

const ofOrganisation = strict({ organisation: Id })
const manage = operator('organisation.manage', { sudo: true })

const healthRoutes = {
  readInstallationHealth: route({
    operationId: 'readInstallationHealth',
    method: 'GET',
    path: '/v1/operators/health',
    summary: 'How the installation is: process, database, disk, queues, ledger',
    access: operator('health.read'),
    audit: { action: 'installation.health', kind: 'read' },
    response: {
      status: 200,
      body: strict({
        time: Time,
        version: Type.String(),
        /** Of the process that answers. */
        process: strict({ started: Time, memoryBytes: Count }),
        database: strict({ bytes: Count, connections: Count }),
        /** Where the control plane's folder lies. */
        disk: strict({ freeBytes: Count, totalBytes: Count }),
        organisations: strict({ all: Count, suspended: Count, connected: Count }),
        jobs: strict({ queued: Count, running: Count }),
        /** The installation's own log, and entries of all logs that are not in a tree yet. */
        ledger: strict({ size: Count, waiting: Count }),
        mail: Type.Union([Type.Literal('smtp'), Type.Literal('outbox')]),
        /** Mails that are not sent yet, of all organisations, and since when the oldest waits. */
        mails: strict({ waiting: Count, oldest: nullable(Time) }),
      }),
    },
  }),
  readVersions: route({
    operationId: 'readVersions',
    method: 'GET',
    path: '/v1/operators/versions',
    summary: 'Versions of the programs, and which migrations were applied',
    access: operator('version.read'),
    audit: { action: 'installation.versions', kind: 'read' },
    response: {
      status: 200,
      body: strict({
        keyhold: Type.String(),
        node: Type.String(),
        postgres: Type.String(),
        migrations: Type.Array(strict({ name: Type.String(), applied: Time })),
        maintenance: nullable(Maintenance),
      }),
    },
  }),
  announceMaintenance: route({
    operationId: 'announceMaintenance',
    method: 'PUT',
    path: '/v1/operators/maintenance',
    summary: 'Announces work on the installation to everyone, in place of an earlier announcement',
    access: operator('maintenance.announce', { sudo: true }),
    audit: { action: 'installation.announce_maintenance', kind: 'change' },
    body: Maintenance,
    response: { status: 200, body: Maintenance },
  }),
  withdrawMaintenance: route({
    operationId: 'withdrawMaintenance',
    method: 'DELETE',
    path: '/v1/operators/maintenance',
    summary: 'Takes the announcement back',
    access: operator('maintenance.announce', { sudo: true }),
    audit: { action: 'installation.withdraw_maintenance', kind: 'change' },
    response: { status: 204 },
  }),
} as const

const organisationRoutes = {
  listOrganisations: route({
    operationId: 'listOrganisations',
    method: 'GET',
    path: '/v1/operators/organisations',
    summary: 'Organisations by id: counts, bytes and times, and no name that they gave',
    access: operator('organisation.read'),
    audit: { action: 'installation.list_organisations', kind: 'read' },
    response: { status: 200, body: strict({ organisations: Type.Array(OperatedOrganisation) }) },
  }),
  createOrganisation: route({
    operationId: 'createOrganisation',
    method: 'POST',
    path: '/v1/operators/organisations',
    summary: 'Makes an organisation; answers once what enrols its data plane, which prints the owner’s set-up link',
    access: manage,
    audit: { action: 'organisation.create', kind: 'change' },
    secretive: true,
    body: strict({ label: Title }),
    response: { status: 201, body: Enrolment },
  }),
  renewEnrolment: route({
    operationId: 'renewEnrolment',
    method: 'POST',
    path: '/v1/operators/organisations/:organisation/enrolment',
    summary: 'Another enrolment for an organisation that nobody has claimed yet',
    access: manage,
    audit: { action: 'organisation.renew_enrolment', kind: 'change' },
    secretive: true,
    params: ofOrganisation,
    response: { status: 201, body: Enrolment },
  }),
  suspendOrganisation: route({
    operationId: 'suspendOrganisation',
    method: 'POST',
    path: '/v1/operators/organisations/:organisation/suspension',
    summary: 'Refuses every session, token and data plane of the organisation at once; its data stays as it is',
    access: manage,
    audit: { action: 'organisation.suspend', kind: 'change' },
    params: ofOrganisation,
    response: { status: 201, body: strict({ suspended: Time }) },
  }),
  resumeOrganisation: route({
    operationId: 'resumeOrganisation',
    method: 'DELETE',
    path: '/v1/operators/organisations/:organisation/suspension',
    summary: 'Lets the organisation in again',
    access: manage,
    audit: { action: 'organisation.resume', kind: 'change' },
    params: ofOrganisation,
    response: { status: 204 },
  }),
  listCiphertext: route({
    operationId: 'listCiphertext',
    method: 'GET',
    path: '/v1/operators/organisations/:organisation/objects',
    summary: 'Sealed objects of an organisation by id, a thousand at a time',
    access: operator('ciphertext.read'),
    audit: { action: 'ciphertext.list', kind: 'read' },
    params: ofOrganisation,
    query: strict({ after: Type.Optional(Id) }),
    response: {
      status: 200,
      body: strict({
        objects: Type.Array(
          strict({
            id: Id,
            bytes: Count,
            digest: Digest,
            state: Type.Union([Type.Literal('staged'), Type.Literal('live'), Type.Literal('garbage')]),
            created: Time,
          }),
        ),
      }),
    },
  }),
  readCiphertext: route({
    operationId: 'readCiphertext',
    method: 'GET',
    path: '/v1/operators/organisations/:organisation/objects/:object',
    summary: 'The sealed bytes of one object, for restoring; both logs say so first',
    access: operator('ciphertext.read', { sudo: true }),
    audit: { action: 'ciphertext.read', kind: 'change' },
    params: strict({ organisation: Id, object: Id }),
    response: { status: 200, body: { bytes: 'application/octet-stream' } },
  }),
} as const

const ledgerRoutes = {
  listInstallationEntries: route({
    operationId: 'listInstallationEntries',
    method: 'GET',
    path: '/v1/operators/ledger/entries',
    summary: 'Entries of the installation’s own log: what operators did and were refused',
    access: operator('ledger.read'),
    audit: { action: 'ledger.list', kind: 'read' },
    query: EntryQuery,
    response: { status: 200, body: strict({ entries: Type.Array(AuditEntry), size: Count }) },
  }),
  readInstallationCheckpoint: route({
    operationId: 'readInstallationCheckpoint',
    method: 'GET',
    path: '/v1/operators/ledger/checkpoint',
    summary: 'The newest signed checkpoint of the installation’s log, and its verifier key',
    access: operator('ledger.read'),
    audit: { action: 'ledger.checkpoint', kind: 'read' },
    response: { status: 200, body: strict({ checkpoint: Type.String(), verifierKey: Type.String() }) },
  }),
  exportInstallationLog: route({
    operationId: 'exportInstallationLog',
    method: 'GET',
    path: '/v1/operators/ledger/export',
    summary: 'The installation’s whole log as one file that can be verified offline',
    access: operator('ledger.read'),
    audit: { action: 'ledger.export', kind: 'change' },
    response: { status: 200, body: { bytes: 'application/x-ndjson' } },
  }),
} as const

export const installationRoutes = { ...healthRoutes, ...organisationRoutes, ...ledgerRoutes } as const
