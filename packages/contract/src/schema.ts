import { Type, type Static, type TSchema } from 'typebox'

/** UUIDv7 in text form: every id of ours. */
export const Id = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
/** ISO 8601 with milliseconds and Z. */
export const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' })
/** base64url without padding (RFC 4648 section 5). */
export const Base64Url = Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength: 1_500_000 })
/** SHA-256 in base64url: a digest, or the key id of an Ed25519 public key. */
export const Digest = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
/** A name of a bucket or table: what SQL can use without quotes. */
export const Name = Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' })
/** A title for people. */
export const Title = Type.String({ minLength: 1, maxLength: 200 })
/** A count of bytes or rows; at most 2^53 - 1. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** How a load treats the rows that are there; `upsert` replaces those with the same primary key. */
export const ImportMode = Type.Union([Type.Literal('replace'), Type.Literal('append'), Type.Literal('upsert')])
export type ImportMode = Static<typeof ImportMode>
export const Access = Type.Union([Type.Literal('read'), Type.Literal('write')])
/** What a token is for, besides its scopes: questions, loads, documents. */
export const TokenAction = Type.Union([Type.Literal('query'), Type.Literal('upload'), Type.Literal('documents')])
export type TokenAction = Static<typeof TokenAction>
export const TokenActions = Type.Array(TokenAction, { minItems: 1, maxItems: 3, uniqueItems: true })
export const Scope = Type.Object({ bucket: Name, access: Access }, { additionalProperties: false })

/** An object that refuses fields it does not know. */
export function strict<P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false })
}

export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}
