/** A group as SCIM's Group, what a Group that is sent says, and patches of its members. */
import type { StoredGroup } from '../groups/index.ts'
import { readResource } from './ask-scimmy.ts'
import { failProvisioning } from './errors.ts'
import type { Operation } from './patch-operations.ts'
import { isObject, type JsonObject } from './read-body.ts'
import { isKeepable } from './user-resource.ts'
import { addVersion } from './versions.ts'

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const oneMember = /^members\[\s*value\s+eq\s+"([^"]*)"\s*\]$/i

export function describeGroup({ id, name, externalId, created, members }: StoredGroup, url: string): JsonObject {
  return addVersion({
    schemas: [groupSchema],
    id,
    ...(externalId !== null && { externalId }),
    displayName: name,
    members: members.map((value) => ({ value })),
    meta: { resourceType: 'Group', created, location: `${url}/scim/v2/Groups/${id}` },
  })
}

export type GroupTerms = { readonly name: string; readonly externalId: string | null }

/** What a Group says; `members` is undefined when it does not name them. @throws `provisioning.bad_value`, `provisioning.bad_member` */
export function readGroup(body: JsonObject): GroupTerms & { readonly members: readonly string[] | undefined } {
  const [known, members] = takeMembers(body)
  const terms = readGroupTerms(readResource('Group', { ...known, schemas: [groupSchema] }))
  return { ...terms, members: members === undefined ? undefined : readMembers(members) }
}

/** @throws `provisioning.bad_value` */
export function readGroupTerms({ displayName, externalId }: JsonObject): GroupTerms {
  if (typeof displayName !== 'string' || !isText(displayName)) throw failProvisioning('provisioning.bad_value')
  if (externalId === undefined || externalId === null) return { name: displayName, externalId: null }
  if (typeof externalId !== 'string' || !isText(externalId)) throw failProvisioning('provisioning.bad_value')
  return { name: displayName, externalId }
}

const isText = (text: string) => text.trim() !== '' && text.length <= 200 && isKeepable(text)

/** Members are compared as sets, not by scimmy: it compares each with each. */
function takeMembers(body: JsonObject): [JsonObject, unknown] {
  const entries = Object.entries(body).filter(([name]) => !name.toLowerCase().startsWith('urn:'))
  const members = entries.find(([name]) => name.toLowerCase() === 'members')
  return [Object.fromEntries(entries.filter((entry) => entry !== members)), members?.[1]]
}

/** The operations on members, applied; and the others. @throws `provisioning.bad_path`, `provisioning.bad_member` */
export function patchMembers(
  before: readonly string[],
  operations: readonly Operation[],
): { readonly members: ReadonlySet<string>; readonly others: readonly Operation[] } {
  const members = new Set(before)
  const others: Operation[] = []
  for (const operation of operations) {
    const path = operation.path ?? ''
    if (path.toLowerCase() === 'members') changeMembers(members, operation)
    else if (/^members\b/i.test(path)) removeNamed(members, operation, path)
    else others.push(operation)
  }
  return { members, others }
}

function changeMembers(members: Set<string>, { op, value }: Operation): void {
  if (op === 'replace' || (op === 'remove' && value === undefined)) members.clear()
  if (op === 'remove') {
    // Who is no member need not be a user either.
    for (const id of value === undefined ? [] : readIds(value)) members.delete(id)
    return
  }
  for (const id of readMembers(value)) members.add(id)
}

function removeNamed(members: Set<string>, { op }: Operation, path: string): void {
  const named = oneMember.exec(path)?.[1]
  if (op !== 'remove' || named === undefined) throw failProvisioning('provisioning.bad_path')
  members.delete(named)
}

/** @throws `provisioning.bad_member` for what can be no user's id */
function readMembers(value: unknown): string[] {
  const ids = readIds(value)
  if (!ids.every((id) => idForm.test(id))) throw failProvisioning('provisioning.bad_member')
  return ids
}

function readIds(value: unknown): string[] {
  const listed = Array.isArray(value) ? value : [value]
  return listed.map((member: unknown) => {
    const id = isObject(member) ? member['value'] : member
    if (typeof id !== 'string') throw failProvisioning('provisioning.bad_value')
    return id
  })
}
