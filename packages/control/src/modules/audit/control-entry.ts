/**
 * The text of the control plane's own entries, written straight into canonical form (RFC 8785): one is made for every
 * call, and the general encoder of `ledger` takes four times as long. A test holds the two against each other.
 */
import { readActivityId } from '@keyhold/ledger'
import type { AuditEvent } from '../../platform/audit-port.ts'
import { installationLog } from '../../platform/audit-port.ts'

/** Ids, codes and names of operations, as `ledger` allows them; none needs escaping in JSON. */
const idForm = /^[A-Za-z0-9._:/+=-]{1,128}$/
const keyForm = /^[A-Za-z][A-Za-z0-9_]{0,63}$/
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** OCSF API Activity; what was done is in `action`. */
const apiActivity = '"category_uid":6,"class_uid":6003'

/**
 * Canonical text of an entry. `source` is the commitment to the caller's address.
 *
 * @throws TypeError for a field that is no id, count or yes and no: a value must never get into the log
 */
export function formatControlEntry(event: AuditEvent, time: string, source: string | null): string {
  const { actor, object, organisation } = event
  if (!timeForm.test(time)) throw new TypeError('the time of an audit entry is not ISO 8601')
  const about = object === null ? 'null' : `{"id":${quote(object.id)},"kind":${quote(object.kind)}}`
  return (
    `{"action":${quote(event.action)},"activity_id":${findActivity(event.action)},` +
    `"actor":{"email":null,"id":${quoteOrNull(actor.id)},"kind":${quote(actor.kind)},"name":null},` +
    `"after":${quoteOrNull(event.after ?? null)},"before":${quoteOrNull(event.before ?? null)},${apiActivity},"code":${quoteOrNull(event.code)},` +
    `"details":${formatDetails(event.details)},"device":null,"format":1,"object":${about},` +
    `"organisation":${organisation === installationLog ? 'null' : quote(organisation)},"origin":"control",` +
    `"outcome":${quote(event.outcome)},"project":${quoteOrNull(event.project)},"source":${quoteOrNull(source)},` +
    `"time":"${time}"}`
  )
}

function formatDetails(details: AuditEvent['details']): string {
  const names = Object.keys(details)
  if (names.length > 64) throw new TypeError('an audit entry has too many details')
  // By UTF-16 code units, which is what sorting does by default; names are ASCII.
  return `{${names
    .sort()
    .map((name) => `${quoteKey(name)}:${formatDetail(details[name])}`)
    .join(',')}}`
}

function formatDetail(value: string | number | boolean | undefined): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value === 0 ? 0 : value)
  throw new TypeError('a detail of an audit entry is not an id, a count or yes and no')
}

function quote(id: string): string {
  if (!idForm.test(id)) throw new TypeError('a field of an audit entry is not an id')
  return `"${id}"`
}

function quoteOrNull(id: string | null): string {
  return id === null ? 'null' : quote(id)
}

function quoteKey(name: string): string {
  if (!keyForm.test(name)) throw new TypeError('the name of a detail of an audit entry is not allowed')
  return `"${name}"`
}

const activities = new Map<string, number>()

/** Remembered: one is looked up for every call. */
function findActivity(action: string): number {
  const known = activities.get(action)
  if (known !== undefined) return known
  const activity = readActivityId(action)
  activities.set(action, activity)
  return activity
}
