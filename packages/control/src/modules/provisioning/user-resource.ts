/** A member as SCIM's User, and what a User that is sent says. */
import { Person } from '@keyhold/contract'
import { Compile } from 'typebox/compile'
import type { ProvisionedAccount } from '../people/index.ts'
import { readResource } from './ask-scimmy.ts'
import { failProvisioning } from './errors.ts'
import { isObject, readTruth, type JsonObject } from './read-body.ts'
import { readAddress, requireSameAddress } from './user-emails.ts'
import { addVersion } from './versions.ts'

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const longestName = 200
const longestExternalId = 500
const address = Compile(Person.properties.email)

export type UserTerms = {
  readonly email: string
  readonly name: string | null
  readonly externalId: string | null
  readonly active: boolean
}

type GroupName = { readonly id: string; readonly name: string }

export function describeUser(account: ProvisionedAccount, groups: readonly GroupName[], url: string): JsonObject {
  const { id, email, name, externalId, active, created } = account
  return addVersion({
    schemas: [userSchema],
    id,
    ...(externalId !== null && { externalId }),
    userName: email,
    ...(name !== null && { displayName: name, name: { formatted: name } }),
    emails: [{ value: email, type: 'work', primary: true }],
    active,
    groups: groups.map((group) => ({ value: group.id, display: group.name, type: 'direct' })),
    meta: { resourceType: 'User', created, location: `${url}/scim/v2/Users/${id}` },
  })
}

/** What a new User says. @throws `provisioning.bad_value`, `provisioning.bad_address`, `provisioning.other_address` */
export function readNewUser(body: JsonObject): UserTerms {
  return readWhole(body, { email: '', name: null, externalId: null, active: true })
}

/** What a User says in place of another; what it does not name stays. @throws as `readNewUser` */
export function readUser(body: JsonObject, before: UserTerms): UserTerms {
  const named = Object.keys(body).some((name) => name.toLowerCase() === 'username')
  return readWhole(named ? body : { ...body, userName: before.email }, before)
}

function readWhole(body: JsonObject, before: UserTerms): UserTerms {
  const terms = readTerms(readResource('User', cleanUser(body)), before)
  for (const [name, value] of Object.entries(body)) {
    if (name.toLowerCase() === 'emails') requireSameAddress(terms, readAddress(value))
  }
  return terms
}

/** What is left of a User after a patch: what it names no more is gone. @throws as `readNewUser` */
export function readPatchedUser(patched: JsonObject, original: JsonObject, before: UserTerms): UserTerms {
  const isRenamed = readName(patched) !== readName(original)
  const terms = readTerms(patched, { ...before, externalId: null, name: null })
  // Of the two names that both stand for the one that is kept, the one that was changed counts.
  const changed = (key: 'displayName' | 'formatted') => {
    const [now, then] = [partOf(patched, key), partOf(original, key)]
    return now !== then && now !== undefined ? now : undefined
  }
  const name = changed('displayName') ?? changed('formatted') ?? (isRenamed ? terms.name : before.name)
  return { ...terms, name: checkText(name, longestName) }
}

function partOf(user: JsonObject, key: 'displayName' | 'formatted'): string | undefined {
  const from = key === 'displayName' ? user : user['name']
  const value = isObject(from) ? from[key] : undefined
  return typeof value === 'string' ? value : undefined
}

function readTerms(user: JsonObject, before: UserTerms): UserTerms {
  const { userName = before.email, externalId = before.externalId, active = before.active } = user
  if (typeof userName !== 'string' || !address.Check(userName) || !isKeepable(userName))
    throw failProvisioning('provisioning.bad_address')
  if (typeof active !== 'boolean') throw failProvisioning('provisioning.bad_value')
  return {
    email: userName,
    name: checkText(readName(user) ?? before.name, longestName),
    externalId: checkText(externalId, longestExternalId),
    active,
  }
}

/** `displayName`, else `name.formatted`, else what `name`'s parts make. */
function readName(user: JsonObject): string | undefined {
  const name = isObject(user['name']) ? user['name'] : {}
  const parts = [name['givenName'], name['familyName']].filter((part) => typeof part === 'string' && part !== '')
  const made = parts.length > 0 ? parts.join(' ') : undefined
  const texts = [user['displayName'], name['formatted'], made]
  return texts.find((text): text is string => typeof text === 'string' && text.trim() !== '')
}

/** What PostgreSQL and the seal can keep as text. */
export const isKeepable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** @throws `provisioning.bad_value` */
function checkText(value: unknown, longest: number): string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value !== 'string' || value.length > longest || !isKeepable(value)) {
    throw failProvisioning('provisioning.bad_value')
  }
  return value
}

const kept = ['active', 'username', 'displayname', 'externalid', 'name', 'members', 'emails']
/** What SCIM's User and Group have besides, and we have not: identity providers send it all the same. */
const passedOver = [
  'id',
  'schemas',
  'meta',
  'groups',
  'nickname',
  'profileurl',
  'title',
  'usertype',
  'preferredlanguage',
  'locale',
  'timezone',
  'password',
  'phonenumbers',
  'ims',
  'photos',
  'addresses',
  'entitlements',
  'roles',
  'x509certificates',
]

/**
 * Whether an attribute, named by a path, is one that is kept here; false for one that is passed over.
 *
 * @throws `provisioning.bad_path` for what SCIM does not know, and for a filter in a path, but on members and emails
 */
export function isKept(path: string): boolean {
  const [head = ''] = path.toLowerCase().split(/[.[]/, 1)
  if (head.startsWith('urn:') || passedOver.includes(head)) return false
  if (!kept.includes(head) || (path.includes('[') && head !== 'members' && head !== 'emails'))
    throw failProvisioning('provisioning.bad_path')
  return true
}

/** Only what is kept, with truths that come as words made what they mean (Entra ID). */
function cleanUser(body: JsonObject): JsonObject {
  // `emails` is compared, not kept.
  const isRead = (name: string) => kept.includes(name) && name !== 'emails'
  const entries = Object.entries(body).filter(([name]) => isRead(name.toLowerCase()))
  const values = entries.map(([name, value]) => [name, name.toLowerCase() === 'active' ? readTruth(value) : value])
  return { ...(Object.fromEntries(values) as JsonObject), schemas: [userSchema] }
}
