/**
 * `emails`: the one address that is kept, `userName`, once more. What would make another one the person's is refused, not
 * dropped: addresses decide who may come in. Of private ones and others beside it none is kept, and none decides anything.
 */
import { failProvisioning } from './errors.ts'
import type { Operation } from './patch-operations.ts'
import { isObject, readTruth } from './read-body.ts'

const emailPath = /^emails(?:\[([^\]]*)\])?(?:\.([a-z]+))?$/i
const otherType = /^\s*type\s+eq\s+"(?!work")[a-z]*"\s*$/i

/** The primary address, else the one for work, else one of no type; undefined for none of them. @throws `provisioning.bad_value` */
export function readAddress(emails: unknown): string | undefined {
  if (emails === undefined || emails === null || emails === '') return undefined
  const listed: readonly unknown[] = Array.isArray(emails) ? emails : [emails]
  const all = listed.map((email) => (typeof email === 'string' ? { value: email } : email))
  if (!all.every(isObject)) throw failProvisioning('provisioning.bad_value')
  const isWork = ({ type }: { readonly type?: unknown }) => typeof type === 'string' && type.toLowerCase() === 'work'
  const found =
    all.find(({ primary }) => readTruth(primary) === true) ?? all.find(isWork) ?? all.find(({ type }) => !type)
  return found === undefined ? undefined : readText(found['value'])
}

/** What an operation on `emails` makes the person's address; undefined for none. @throws `provisioning.bad_path`, `provisioning.bad_value` */
export function readPatchedAddress({ op, path = '', value }: Operation): string | undefined {
  const parts = emailPath.exec(path)
  if (parts === null) throw failProvisioning('provisioning.bad_path')
  const [, filter, part] = parts
  // What `emails` gives is `userName`, which nobody takes away by taking away `emails`.
  if (op === 'remove' || (filter !== undefined && otherType.test(filter))) return undefined
  if (part === undefined) return readAddress(filter === undefined ? value : { ...asObject(value), type: 'work' })
  return part.toLowerCase() === 'value' ? readText(value) : undefined
}

/** Whoever is deactivated goes, whatever else is said of them. @throws `provisioning.other_address` */
export function requireSameAddress(
  { email, active }: { readonly email: string; readonly active: boolean },
  address: string | undefined,
): void {
  const plain = (text: string) => text.normalize('NFC').toLowerCase()
  if (active && address !== undefined && plain(address) !== plain(email))
    throw failProvisioning('provisioning.other_address')
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  const one: unknown = Array.isArray(value) ? value[0] : value
  return isObject(one) ? one : { value: one }
}

function readText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw failProvisioning('provisioning.bad_value')
  return value
}
