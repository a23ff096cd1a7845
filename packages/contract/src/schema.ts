import { Type, type Static, type TSchema } from 'typebox'

/** UUIDv7 in text form: every id of ours. */
export const Id = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
const leapYear = '(?:(?:0[48]|[2468][048]|[13579][26])00|\\d\\d(?:0[48]|[2468][048]|[13579][26]))'
const year = '(?:\\d{3}[1-9]|\\d\\d[1-9]0|\\d[1-9]00|[1-9]000)'
const day = [
  `${year}-(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])`,
  `${year}-(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)`,
  `${year}-02-(?:0[1-9]|1\\d|2[0-8])`,
  `${leapYear}-02-29`,
].join('|')
/** ISO 8601 with milliseconds and Z, of a day that there is: the database refuses others, and has no year 0. */
export const Time = Type.String({
  pattern: `^(?:${day})T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$`,
})
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

/** KH-01: who runs data plane and key provider. */
export const Custody = Type.Union([Type.Literal('demo'), Type.Literal('hosted'), Type.Literal('yours')])
export type Custody = Static<typeof Custody>
