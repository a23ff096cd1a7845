/** Patches as identity providers write them (RFC 7644 section 3.5.2, and the dialects of Entra ID and Okta). */
import { failProvisioning } from './errors.ts'
import { isObject, readTruth, type JsonObject } from './read-body.ts'
import { readPatchedAddress } from './user-emails.ts'
import { isKept } from './user-resource.ts'

const mostOperations = 100
const longestPath = 200
const core = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i

export type Operation = { readonly op: 'add' | 'remove' | 'replace'; readonly path?: string; readonly value?: unknown }
export type Patch = {
  readonly schemas: unknown
  readonly operations: readonly Operation[]
  /** What operations on `emails` make the person's address, if any does; those are not among the others. */
  readonly address: string | undefined
}

/** @throws `provisioning.unreadable`, `provisioning.too_large`, `provisioning.bad_path`, `provisioning.bad_value` */
export function readPatch(body: JsonObject): Patch {
  const operations = body['Operations'] ?? body['operations']
  if (!Array.isArray(operations) || operations.length === 0) throw failProvisioning('provisioning.unreadable')
  if (operations.length > mostOperations) throw failProvisioning('provisioning.too_large')
  const [emails, others] = [[] as Operation[], [] as Operation[]]
  for (const operation of operations.flatMap(readOperation)) {
    if (/^emails\b/i.test(operation.path ?? '')) emails.push(operation)
    else others.push(operation)
  }
  const address = emails.map(readPatchedAddress).findLast((found) => found !== undefined)
  return { schemas: body['schemas'], operations: others, address }
}

/** None for what is not kept: extensions, and `id`, which Okta repeats. */
function readOperation(operation: unknown): Operation[] {
  if (!isObject(operation)) throw failProvisioning('provisioning.unreadable')
  const { op, path, value } = operation
  const verb = typeof op === 'string' ? op.toLowerCase() : ''
  if (verb !== 'add' && verb !== 'remove' && verb !== 'replace') throw failProvisioning('provisioning.unreadable')
  if (path === undefined || path === '') {
    if (verb === 'remove') throw failProvisioning('provisioning.no_target')
    if (!isObject(value)) throw failProvisioning('provisioning.bad_value')
    return Object.entries(value).flatMap(([name, part]) => describe(verb, name, part))
  }
  if (typeof path !== 'string') throw failProvisioning('provisioning.bad_path')
  return describe(verb, path, value)
}

function describe(op: Operation['op'], full: string, value: unknown): Operation[] {
  const path = full.replace(core, '')
  if (path.length > longestPath) throw failProvisioning('provisioning.bad_path')
  if (!isKept(path)) return []
  // Neither true nor false: whether the person may come in would be anybody's guess.
  if (op === 'remove' && path.toLowerCase() === 'active') throw failProvisioning('provisioning.bad_value')
  const meant = path.toLowerCase() === 'active' ? readTruth(value) : value
  return [{ op, path, ...(meant !== undefined && { value: meant }) }]
}
