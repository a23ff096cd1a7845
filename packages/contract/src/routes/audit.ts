import { Type } from 'typebox'
import { member, route } from '../route.ts'
import { Count, Id, nullable, strict, Time } from '../schema.ts'

export const AuditEntry = strict({
  index: Count,
  /** base64url of the commitment's salt. */
  salt: Type.String(),
  /** Exact canonical text of the entry. */
  entry: Type.String(),
  /** Personal fields that have not been erased. */
  disclosures: Type.Array(strict({ label: Type.String(), salt: Type.String(), value: Type.Unknown() })),
  /** The data plane's signature, for entries of its own. */
  signature: nullable(Type.String()),
})

/** Which entries; what is left out does not narrow. */
const entryFilter = {
  action: Type.Optional(Type.String({ maxLength: 100 })),
  outcome: Type.Optional(Type.Union([Type.Literal('success'), Type.Literal('failure'), Type.Literal('denied')])),
  /** Id or kind of who did it. */
  actor: Type.Optional(Type.String({ maxLength: 100 })),
  project: Type.Optional(Id),
  /** Words that all occur in the entry's text, in any case. */
  text: Type.Optional(Type.String({ maxLength: 200 })),
  since: Type.Optional(Time),
  /** Not included. */
  until: Type.Optional(Time),
}

/** Which entries, from where, how many, and whether to wait for news. */
export const EntryQuery = strict({
  after: Type.Optional(Type.Integer({ minimum: -1 })),
  last: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 })),
  ...entryFilter,
})

export const auditRoutes = {
  listEntries: route({
    operationId: 'listEntries',
    method: 'GET',
    path: '/v1/audit/entries',
    summary: 'Entries of the organisation’s log; `after` and `wait` follow it live',
    access: member('log.read', 'none'),
    audit: { action: 'audit.list', kind: 'read' },
    query: EntryQuery,
    response: { status: 200, body: strict({ entries: Type.Array(AuditEntry), size: Count }) },
  }),
  readCheckpoint: route({
    operationId: 'readCheckpoint',
    method: 'GET',
    path: '/v1/audit/checkpoint',
    summary: 'The newest signed checkpoint (C2SP tlog-checkpoint) and the log’s verifier key',
    access: member('checkpoint.read', 'any'),
    audit: { action: 'audit.checkpoint', kind: 'read' },
    response: { status: 200, body: strict({ checkpoint: Type.String(), verifierKey: Type.String() }) },
  }),
  readInclusion: route({
    operationId: 'readInclusion',
    method: 'GET',
    path: '/v1/audit/entries/:index/proof',
    summary: 'Inclusion proof of one entry in the newest checkpoint',
    access: member('log.read', 'none'),
    audit: { action: 'audit.proof', kind: 'read' },
    params: strict({ index: Type.String({ pattern: '^[0-9]{1,15}$' }) }),
    response: { status: 200, body: strict({ checkpoint: Type.String(), proof: Type.Array(Type.String()) }) },
  }),
  readConsistency: route({
    operationId: 'readConsistency',
    method: 'GET',
    path: '/v1/audit/consistency',
    summary: 'Proof that the newest checkpoint continues the tree of an earlier size',
    access: member('log.read', 'any'),
    audit: { action: 'audit.consistency', kind: 'read' },
    query: strict({ from: Type.Integer({ minimum: 0 }) }),
    response: { status: 200, body: strict({ checkpoint: Type.String(), proof: Type.Array(Type.String()) }) },
  }),
  exportEntries: route({
    operationId: 'exportEntries',
    method: 'GET',
    path: '/v1/audit/entries/export',
    summary: 'Entries that match a filter, oldest first, as OCSF events (NDJSON) or CSV',
    access: member('log.read', 'none', { sudo: true }),
    audit: { action: 'audit.export', kind: 'change' },
    query: strict({ format: Type.Union([Type.Literal('ocsf'), Type.Literal('csv')]), ...entryFilter }),
    response: { status: 200, body: { bytes: 'application/octet-stream' } },
  }),
  exportLog: route({
    operationId: 'exportLog',
    method: 'GET',
    path: '/v1/audit/export',
    summary: 'The whole log as one file that can be verified offline',
    access: member('log.read', 'none'),
    audit: { action: 'audit.export', kind: 'change' },
    response: { status: 200, body: { bytes: 'application/x-ndjson' } },
  }),
} as const
