import type { JsonValue } from './canonical.ts'

/** A check of one value, given as parsed JSON. */
export type Check = (value: JsonValue | undefined) => boolean

/** Ids, names of operations and codes: no spaces, no `@`, so that neither prose nor an e-mail address passes. */
const isId: Check = (value) => typeof value === 'string' && /^[A-Za-z0-9._:/+=-]{1,128}$/.test(value)
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isPositive: Check = (value) => isCount(value) && value !== 0

/** base64url of 32 bytes: a digest, commitment or key id. The last character has two bits to spare, which are zero. */
const isHash: Check = (value) => typeof value === 'string' && /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(value)

const isTime: Check = (value) => {
  if (typeof value !== 'string' || value.length !== 24) return false
  const date = new Date(value)
  return !Number.isNaN(date.getTime()) && date.toISOString() === value
}

const isDetail: Check = (value) =>
  value === null || typeof value === 'boolean' || Number.isSafeInteger(value) || isId(value)

const isDetailList: Check = (value) => Array.isArray(value) && value.length <= 64 && value.every(isDetail)

const isDetails: Check = (value) =>
  isRecord(value) &&
  Object.keys(value).length <= 64 &&
  Object.entries(value).every(
    ([key, item]) => /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(key) && (isDetail(item) || isDetailList(item)),
  )

const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)

const oneOf =
  (...allowed: readonly JsonValue[]): Check =>
  (value) =>
    allowed.includes(value as JsonValue)

const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) &&
    Object.keys(value).length === Object.keys(fields).length &&
    Object.entries(fields).every(([name, check]) => Object.hasOwn(value, name) && check(value[name]))

// A data plane's first entry has no previous one, and only the first.
const isDataPlaneOrigin: Check = (value) =>
  shape({ dataPlane: isHash, sequence: isPositive, previous: nullable(isHash) })(value) &&
  isRecord(value) &&
  (value['sequence'] === 1) === (value['previous'] === null)

/** The whole of an entry, each field by its check; one that is not here is refused. */
export const entryFields: Readonly<Record<string, Check>> = {
  format: oneOf(1),
  time: isTime,
  organisation: nullable(isId),
  project: nullable(isId),
  class_uid: isPositive,
  activity_id: isCount,
  category_uid: isPositive,
  action: isId,
  outcome: oneOf('success', 'failure', 'denied'),
  code: nullable(isId),
  actor: shape({ kind: isId, id: nullable(isId), name: nullable(isHash), email: nullable(isHash) }),
  source: nullable(isHash),
  device: nullable(isHash),
  object: nullable(shape({ kind: isId, id: isId })),
  before: nullable(isHash),
  after: nullable(isHash),
  origin: (value) => value === 'control' || isDataPlaneOrigin(value),
  details: isDetails,
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
