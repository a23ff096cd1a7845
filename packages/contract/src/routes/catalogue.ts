import { Type, type Static } from 'typebox'
import { member, route } from '../route.ts'
import { Base64Url, Count, Digest, Id, ImportMode, Name, nullable, strict, Time, Title } from '../schema.ts'
import { Column, Signed } from '../statements.ts'

const Project = strict({ id: Id, name: Title, created: Time })
const ProjectParams = strict({ project: Id })

export const Table = strict({
  id: Id,
  bucket: Name,
  name: Name,
  sequence: Count,
  rows: Count,
  bytes: Count,
  columns: Type.Array(Column),
  created: Time,
  changed: nullable(Time),
})
export type Table = Static<typeof Table>

export const JobState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
])

export const Job = strict({
  id: Id,
  kind: Type.Literal('import'),
  state: JobState,
  attempt: Count,
  table: Id,
  upload: Id,
  progress: nullable(strict({ phase: Type.String(), bytes: Count, total: Count, rows: Count })),
  code: nullable(Type.String()),
  message: nullable(Type.String()),
  remedy: nullable(Type.String()),
  snapshot: nullable(Id),
  created: Time,
  started: nullable(Time),
  ended: nullable(Time),
})
export type Job = Static<typeof Job>

export const Upload = strict({
  id: Id,
  table: Id,
  file: Id,
  state: Type.Union([
    Type.Literal('open'),
    Type.Literal('closed'),
    Type.Literal('consumed'),
    Type.Literal('abandoned'),
  ]),
  length: Count,
  received: Count,
  job: Id,
  expires: Time,
})
export type Upload = Static<typeof Upload>

/** What `readOperatorRows` can show. `project`, `members` and `tokens` are of the organisation where they are its. */
export const OperatorSubject = Type.Union([
  Type.Literal('project'),
  Type.Literal('tables'),
  Type.Literal('documents'),
  Type.Literal('uploads'),
  Type.Literal('jobs'),
  Type.Literal('keys'),
  Type.Literal('requests'),
  Type.Literal('tokens'),
  Type.Literal('members'),
  Type.Literal('devices'),
  Type.Literal('audit'),
])
export type OperatorSubject = Static<typeof OperatorSubject>

/** A column of bytes: all of them or the first 1,024, and how many there are. */
export const HeldBytes = strict({ base64url: Base64Url, length: Count })
export type HeldBytes = Static<typeof HeldBytes>

export const catalogueRoutes = {
  listProjects: route({
    operationId: 'listProjects',
    method: 'GET',
    path: '/v1/projects',
    summary: 'The projects that the caller can reach',
    access: member('project.read', 'any'),
    audit: { action: 'project.list', kind: 'read' },
    response: { status: 200, body: strict({ projects: Type.Array(Project) }) },
  }),
  createProject: route({
    operationId: 'createProject',
    method: 'POST',
    path: '/v1/projects',
    summary: 'Makes a project; the data plane makes its keys',
    access: member('project.manage', 'none'),
    audit: { action: 'project.create', kind: 'change' },
    body: strict({ name: Title }),
    response: { status: 201, body: strict({ project: Project }) },
  }),
  renameProject: route({
    operationId: 'renameProject',
    method: 'PATCH',
    path: '/v1/projects/:project',
    summary: 'Gives a project another name',
    access: member('project.manage', 'none'),
    audit: { action: 'project.rename', kind: 'change' },
    params: ProjectParams,
    body: strict({ name: Title }),
    response: { status: 200, body: strict({ project: Project }) },
  }),
  readKeys: route({
    operationId: 'readKeys',
    method: 'GET',
    path: '/v1/projects/:project/keys',
    summary: 'The project’s sealing-key set, signed by the anchor',
    access: member('request.send', 'any'),
    audit: { action: 'keys.read', kind: 'read' },
    params: ProjectParams,
    response: { status: 200, body: strict({ set: Signed, anchorPublicKey: Base64Url }) },
  }),
  listTables: route({
    operationId: 'listTables',
    method: 'GET',
    path: '/v1/projects/:project/tables',
    summary: 'Tables in the buckets that the caller can read',
    access: member('data.read', 'any'),
    audit: { action: 'table.list', kind: 'read' },
    params: ProjectParams,
    response: { status: 200, body: strict({ tables: Type.Array(Table) }) },
  }),
  ensureTable: route({
    operationId: 'ensureTable',
    method: 'POST',
    path: '/v1/projects/:project/tables',
    summary: 'Finds or makes a bucket and an empty table in it',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'table.ensure', kind: 'change' },
    params: ProjectParams,
    body: strict({ bucket: Name, table: Name }),
    response: { status: 200, body: strict({ table: Table }) },
  }),
  readTable: route({
    operationId: 'readTable',
    method: 'GET',
    path: '/v1/projects/:project/tables/:table',
    summary: 'One table',
    access: member('data.read', 'read'),
    audit: { action: 'table.read', kind: 'read' },
    params: strict({ project: Id, table: Id }),
    response: { status: 200, body: strict({ table: Table, manifest: nullable(Signed) }) },
  }),
  readOperatorView: route({
    operationId: 'readOperatorView',
    method: 'GET',
    path: '/v1/projects/:project/tables/:table/operator-view',
    summary: 'Everything that the control plane holds for a table, as it holds it',
    access: member('operator_view.read', 'read', { tokenActions: ['query'] }),
    audit: { action: 'table.operator_view', kind: 'read' },
    params: strict({ project: Id, table: Id }),
    response: {
      status: 200,
      body: strict({
        /** Rows of the control database, as they are, by database table. */
        rows: Type.Record(Type.String(), Type.Array(Type.Record(Type.String(), Type.Unknown()))),
        objects: Type.Array(
          strict({
            id: Id,
            length: Count,
            digest: Digest,
            /** The context header's canonical JSON, which is in clear. */
            header: Type.String(),
            /** The file's first 256 bytes. */
            firstBytes: Base64Url,
            /** The first 1,024 bytes after its head: ciphertext. */
            bodyBytes: Base64Url,
          }),
        ),
      }),
    },
  }),
  readOperatorRows: route({
    operationId: 'readOperatorRows',
    method: 'GET',
    path: '/v1/projects/:project/operator-view/:subject',
    summary: 'What the control plane’s database holds on a subject, row by row, as it is: the newest 50 rows a table',
    access: member('operator_view.read', 'none'),
    audit: { action: 'project.operator_view', kind: 'read' },
    params: strict({ project: Id, subject: OperatorSubject }),
    response: {
      status: 200,
      body: strict({
        /** Names the sentence that says what is hidden here and what is not. */
        sentence: Type.String(),
        /** By database table, newest first. Bytes are HeldBytes, everything else is as it is. */
        rows: Type.Record(Type.String(), Type.Array(Type.Record(Type.String(), Type.Unknown()))),
        /** Database tables that hold more rows than are shown. */
        cut: Type.Array(Type.String()),
      }),
    },
  }),
  createUpload: route({
    operationId: 'createUpload',
    method: 'POST',
    path: '/v1/projects/:project/uploads',
    summary: 'Starts a resumable upload of ciphertext and its import job',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'upload.create', kind: 'change' },
    params: ProjectParams,
    body: strict({
      table: Id,
      mode: ImportMode,
      file: Id,
      length: Count,
      headerLength: Count,
      segmentLength: Count,
      opening: Base64Url,
    }),
    response: { status: 201, body: strict({ upload: Upload }) },
  }),
  readUpload: route({
    operationId: 'readUpload',
    method: 'GET',
    path: '/v1/projects/:project/uploads/:upload',
    summary: 'One upload',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'upload.read', kind: 'read' },
    params: strict({ project: Id, upload: Id }),
    response: { status: 200, body: strict({ upload: Upload }) },
  }),
  headUpload: route({
    operationId: 'headUpload',
    method: 'HEAD',
    path: '/v1/projects/:project/uploads/:upload/content',
    summary: 'The offset to go on from (tus 1.0.0, Upload-Offset)',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'upload.offset', kind: 'read' },
    params: strict({ project: Id, upload: Id }),
    response: { status: 200 },
  }),
  patchUpload: route({
    operationId: 'patchUpload',
    method: 'PATCH',
    path: '/v1/projects/:project/uploads/:upload/content',
    summary: 'Appends ciphertext at Upload-Offset (tus 1.0.0); whole segments are acknowledged once durable',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'upload.append', kind: 'change' },
    params: strict({ project: Id, upload: Id }),
    body: { bytes: 'application/offset+octet-stream' },
    response: { status: 204 },
  }),
  closeUpload: route({
    operationId: 'closeUpload',
    method: 'POST',
    path: '/v1/projects/:project/uploads/:upload/close',
    summary: 'Hands over the signed closing statement; the import commits after it',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'upload.close', kind: 'change' },
    params: strict({ project: Id, upload: Id }),
    body: strict({ closing: Signed }),
    response: { status: 200, body: strict({ job: Id }) },
  }),
  abandonUpload: route({
    operationId: 'abandonUpload',
    method: 'DELETE',
    path: '/v1/projects/:project/uploads/:upload',
    summary: 'Ends an upload that will not be finished; its job is cancelled',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'upload.abandon', kind: 'change' },
    params: strict({ project: Id, upload: Id }),
    response: { status: 204 },
  }),
  listJobs: route({
    operationId: 'listJobs',
    method: 'GET',
    path: '/v1/projects/:project/jobs',
    summary: 'Jobs, newest first; with `since` and `wait` it answers when the list differs or after that many seconds',
    access: member('data.read', 'any'),
    audit: { action: 'job.list', kind: 'read' },
    params: ProjectParams,
    query: strict({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
      state: Type.Optional(JobState),
      /** `change` of an earlier answer to the same question. */
      since: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })),
      wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 })),
    }),
    /** `change` differs whenever the list does. */
    response: { status: 200, body: strict({ jobs: Type.Array(Job), change: Type.String() }) },
  }),
  readJob: route({
    operationId: 'readJob',
    method: 'GET',
    path: '/v1/projects/:project/jobs/:job',
    summary: 'One job; with wait it answers when the job ends or after that many seconds',
    access: member('data.read', 'any'),
    audit: { action: 'job.read', kind: 'read' },
    params: strict({ project: Id, job: Id }),
    query: strict({ wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 })) }),
    response: { status: 200, body: strict({ job: Job }) },
  }),
  cancelJob: route({
    operationId: 'cancelJob',
    method: 'POST',
    path: '/v1/projects/:project/jobs/:job/cancel',
    summary: 'Cancels a job that has not committed',
    access: member('data.write', 'write', { tokenActions: ['upload'] }),
    audit: { action: 'job.cancel', kind: 'change' },
    params: strict({ project: Id, job: Id }),
    response: { status: 200, body: strict({ job: Job }) },
  }),
  sendRequest: route({
    operationId: 'sendRequest',
    method: 'POST',
    path: '/v1/projects/:project/requests',
    summary: 'Passes a sealed request to the data plane and its sealed response back',
    access: member('request.send', 'any'),
    audit: { action: 'request.send', kind: 'read' },
    params: ProjectParams,
    body: { bytes: 'application/vnd.keyhold.sealed' },
    response: { status: 200, body: { bytes: 'application/vnd.keyhold.sealed' } },
  }),
} as const
