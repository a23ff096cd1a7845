/**
 * What keys sign: bodies of the signed statements. Signing and canonical bytes are the `sealed` package's.
 * Each statement type has one body schema; a verifier checks the signature first and the schema second.
 */
import { Type, type Static } from 'typebox'
import { roles } from './permissions.ts'
import {
  Base64Url,
  Count,
  Digest,
  Id,
  ImportMode,
  Name,
  Scope,
  strict,
  Time,
  Title,
  TokenActions,
  nullable,
} from './schema.ts'

/** `statement` holds the exact canonical bytes that were signed. */
export const Signed = strict({ statement: Base64Url, signature: Base64Url, keyId: Digest })
export type Signed = Static<typeof Signed>

export const Suite = Type.Union([Type.Literal('mlkem768-x25519'), Type.Literal('x25519')])
export type Suite = Static<typeof Suite>

/** A project's public sealing keys, numbered and chained; signed by the anchor. */
export const SealingKeySet = strict({
  organisation: Id,
  project: Id,
  number: Count,
  previous: nullable(Digest),
  keys: Type.Array(strict({ keyId: Digest, suite: Suite, publicKey: Base64Url }), { minItems: 1 }),
  signer: Base64Url,
  created: Time,
  expires: Time,
})
export type SealingKeySet = Static<typeof SealingKeySet>

const DeviceChange = strict({
  kind: Type.Union([Type.Literal('owner'), Type.Literal('device')]),
  keyId: Digest,
  publicKey: Base64Url,
  name: Title,
  /** Whose device it is and what that person may do; both or neither. Without them it is an owner's. */
  person: Type.Optional(Id),
  role: Type.Optional(Type.Enum([...roles])),
})
const TokenChange = strict({
  kind: Type.Literal('token'),
  id: Id,
  keyId: Digest,
  publicKey: Base64Url,
  project: Id,
  scopes: Type.Array(Scope, { minItems: 1, maxItems: 100 }),
  /** What it is limited to besides its scopes. */
  actions: Type.Optional(TokenActions),
  expires: Time,
  /** Whose own it is: at most what the device that endorsed it may, as the roster has that device at the time. */
  person: Type.Optional(Id),
})
const RevokeChange = strict({ kind: Type.Literal('revoke'), keyId: Digest })
/** A token ends earlier than it was endorsed for, never later. */
const ExpireChange = strict({ kind: Type.Literal('expire'), keyId: Digest, expires: Time })

/** One numbered, chained change of who may ask. Number 1 is signed by the anchor, later ones by an endorsed device. */
export const RosterChange = strict({
  organisation: Id,
  number: Count,
  previous: nullable(Digest),
  change: Type.Union([DeviceChange, TokenChange, RevokeChange, ExpireChange]),
  created: Time,
})
export type RosterChange = Static<typeof RosterChange>

/** Ends an upload: what was uploaded, where it goes and how. Nothing without it is imported. */
export const UploadClosing = strict({
  organisation: Id,
  project: Id,
  bucket: Name,
  table: Name,
  tableId: Id,
  mode: ImportMode,
  primaryKey: nullable(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1 })),
  file: Id,
  ciphertextLength: Count,
  ciphertextHash: Digest,
  openingDigest: Digest,
  idempotencyKey: Type.String({ minLength: 8, maxLength: 100 }),
  created: Time,
  expires: Time,
})
export type UploadClosing = Static<typeof UploadClosing>

export const Column = strict({ name: Type.String({ maxLength: 500 }), type: Type.String({ maxLength: 20_000 }) })
export type Column = Static<typeof Column>

/** A table's state after one commit, signed by the data plane; numbered and chained. */
export const Manifest = strict({
  organisation: Id,
  project: Id,
  bucket: Name,
  table: Name,
  tableId: Id,
  sequence: Count,
  previous: nullable(Digest),
  columns: Type.Array(Column),
  /** From the first upsert on; later ones must name the same columns. */
  primaryKey: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  files: Type.Array(strict({ file: Id, object: Id, length: Count, digest: Digest, rows: Count, keyId: Id })),
  rows: Count,
  consumed: Type.Array(strict({ file: Id, idempotencyKey: Type.String(), expires: Time })),
  /** Only in a table's last manifest, which has no files: the table was deleted, and never continues. */
  deleted: Type.Optional(Type.Literal(true)),
  created: Time,
})
export type Manifest = Static<typeof Manifest>

/** One request to the data plane; travels inside a sealed request. Lives at most 60 s. */
export const SignedRequest = strict({
  organisation: Id,
  project: Id,
  operation: Type.String({ pattern: '^[a-z]+(\\.[a-z]+)*$' }),
  body: Type.Unknown(),
  context: Digest,
  number: Count,
  nonce: Base64Url,
  issued: Time,
  expires: Time,
})
export type SignedRequest = Static<typeof SignedRequest>

/** Shape by statement type; the type is part of what is signed. */
export const statementBodies = {
  'sealing-key-set': SealingKeySet,
  roster: RosterChange,
  'upload-closing': UploadClosing,
  manifest: Manifest,
  request: SignedRequest,
} as const
export type StatementType = keyof typeof statementBodies

// ---- plaintexts inside sealed objects -------------------------------------------------------------------------------

export const QueryParameter = strict({
  name: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$' }),
  type: Type.Union([
    Type.Literal('text'),
    Type.Literal('integer'),
    Type.Literal('decimal'),
    Type.Literal('boolean'),
    Type.Literal('date'),
    Type.Literal('timestamp'),
  ]),
  /** Text form of the value, or of each value of a list; null is SQL NULL. */
  value: Type.Union([
    Type.String({ maxLength: 100_000 }),
    Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 1000 }),
    Type.Null(),
  ]),
})
export type QueryParameter = Static<typeof QueryParameter>

/** Body of the operation `query`. */
export const QueryBody = strict({
  sql: Type.String({ minLength: 1, maxLength: 1_000_000 }),
  parameters: Type.Optional(Type.Array(QueryParameter, { maxItems: 1000 })),
  /** `off` neither reads nor fills the result cache. */
  cache: Type.Optional(Type.Union([Type.Literal('on'), Type.Literal('off')])),
})
export type QueryBody = Static<typeof QueryBody>

/** What a result's column is: `type` is the engine's own name; `stored` is how the Parquet file holds it. */
export const ResultColumn = strict({ name: Type.String(), type: Type.String(), stored: Type.String() })
export type ResultColumn = Static<typeof ResultColumn>

/** The head of a sealed response; the body follows it. */
export const ResponseMeta = strict({
  outcome: Type.Union([Type.Literal('result'), Type.Literal('problem')]),
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  remedy: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
  /** Where in the asker's SQL: bytes of its UTF-8 before the fault. */
  position: Type.Optional(Count),
  columns: Type.Optional(Type.Array(ResultColumn)),
  rows: Type.Optional(Count),
  bodyLength: Count,
  /** Last checkpoint (signed note) that the data plane verified. */
  checkpoint: nullable(Type.String()),
  attested: Type.Boolean(),
  cached: Type.Boolean(),
  timings: Type.Record(Type.String(), Type.Number()),
})
export type ResponseMeta = Static<typeof ResponseMeta>
