import type { JsonValue } from './canonical.ts'
import { parseEntry, type LedgerEntry } from './entry.ts'
import type { Disclosure } from './personal.ts'

/** An entry as it is listed or exported: its place, its exact text and what is not erased of its personal fields. */
export type ReadableEntry = {
  readonly index: number
  readonly entry: string
  readonly disclosures: readonly { readonly label: string; readonly value: unknown }[]
}

/** What a person reads of an entry: its fields, with the personal ones in clear as far as they are disclosed. */
export type EntryFacts = {
  readonly index: number
  readonly entry: LedgerEntry
  readonly actorName: string | null
  readonly actorEmail: string | null
  readonly source: string | null
  readonly device: string | null
  /** Key id of the data plane that signed it; null for the control plane's own. */
  readonly signedBy: string | null
}

/** Reads an entry's facts. @throws LedgerError `ledger.canonical_malformed`, `ledger.entry_malformed` */
export function readEntryFacts({ index, entry: text, disclosures }: ReadableEntry): EntryFacts {
  const entry = parseEntry(text)
  const disclosed = (label: Disclosure['label']): string | null => {
    const value = disclosures.find((each) => each.label === label)?.value
    return value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)
  }
  return {
    index,
    entry,
    actorName: disclosed('actor.name'),
    actorEmail: disclosed('actor.email'),
    source: disclosed('source'),
    device: disclosed('device'),
    signedBy: entry.origin === 'control' ? null : entry.origin.dataPlane,
  }
}

const activityNames: Readonly<Record<number, string>> = { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete' }

/** OCSF user types: 1 user, 3 system, 99 other, which is then named. */
const userTypes: Readonly<Record<string, number>> = { person: 1, system: 3, dataPlane: 3, data_plane: 3, anonymous: 0 }

/**
 * An entry as an event of OCSF 1.3, class API Activity (6003), field by field as docs/formats-ledger.md says. What OCSF
 * has no place for is under `unmapped`. @throws LedgerError as `readEntryFacts`
 */
export function toOcsf(listed: ReadableEntry): { readonly [key: string]: JsonValue } {
  const facts = readEntryFacts(listed)
  const { entry } = facts
  const { activity_id: activity, outcome } = entry
  const request = entry.details['request']
  return {
    class_uid: entry.class_uid,
    class_name: 'API Activity',
    category_uid: entry.category_uid,
    category_name: 'Application Activity',
    activity_id: activity,
    activity_name: activityNames[activity] ?? entry.action,
    type_uid: entry.class_uid * 100 + activity,
    time: Date.parse(entry.time),
    severity_id: outcome === 'success' ? 1 : 2,
    severity: outcome === 'success' ? 'Informational' : 'Low',
    status_id: outcome === 'success' ? 1 : 2,
    status: outcome === 'success' ? 'Success' : 'Failure',
    ...(entry.code !== null && { status_code: entry.code }),
    action_id: outcome === 'denied' ? 2 : 1,
    action: outcome === 'denied' ? 'Denied' : 'Allowed',
    metadata: describeMetadata(facts),
    api: {
      operation: entry.action,
      service: { name: facts.signedBy === null ? 'keyhold-control' : 'keyhold-data' },
      ...(typeof request === 'string' && { request: { uid: request } }),
      ...(entry.code !== null && { response: { error: entry.code } }),
    },
    actor: { user: describeUser(facts) },
    src_endpoint: describeEndpoint(facts),
    ...(entry.object !== null && { resources: [{ type: entry.object.kind, uid: entry.object.id }] }),
    unmapped: describeUnmapped(facts),
  }
}

function describeMetadata({ index, entry }: EntryFacts): JsonValue {
  return {
    version: '1.3.0',
    product: { name: 'Keyhold', vendor_name: 'Keyhold' },
    profiles: ['security_control'],
    uid: `${entry.organisation ?? 'installation'}/${index}`,
    sequence: index,
    original_time: entry.time,
    ...(entry.organisation !== null && { tenant_uid: entry.organisation }),
  }
}

function describeUser({ entry: { actor }, actorName, actorEmail }: EntryFacts): JsonValue {
  return {
    type_id: userTypes[actor.kind] ?? 99,
    type: actor.kind,
    ...(actor.id !== null && { uid: actor.id }),
    ...(actorName !== null && { name: actorName }),
    ...(actorEmail !== null && { email_addr: actorEmail }),
  }
}

/** OCSF wants an endpoint always: of type unknown (0) where the address was erased or there was none. */
function describeEndpoint({ source, device }: EntryFacts): JsonValue {
  return {
    type_id: 0,
    type: 'Unknown',
    ...(source !== null && { ip: source }),
    ...(device !== null && { name: device }),
  }
}

function describeUnmapped({ entry, signedBy }: EntryFacts): JsonValue {
  const { project, before, after, origin, details } = entry
  return {
    project,
    before,
    after,
    signed_by: signedBy,
    sequence: origin === 'control' ? null : origin.sequence,
    details: { ...details },
  }
}
