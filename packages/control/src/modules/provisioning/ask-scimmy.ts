/**
 * The one place that calls scimmy: its filters and patches, which are pure. Its registry of resources, which is one for
 * the whole process and so for all organisations, is never used.
 */
import { Messages, Schemas, Types } from 'scimmy'
import type { AppError } from '../../platform/errors.ts'
import { failProvisioning } from './errors.ts'
import type { JsonObject } from './read-body.ts'

const byType = {
  invalidFilter: 'provisioning.bad_filter',
  invalidPath: 'provisioning.bad_path',
  noTarget: 'provisioning.no_target',
  mutability: 'provisioning.fixed',
  invalidSyntax: 'provisioning.unreadable',
} as const

export type ResourceKind = 'User' | 'Group'

/** scimmy multiplies alternatives out: sixteen groups of two take seconds, and eighteen its stack. */
const mostConnectives = 10

/** Those that the filter meets. @throws `provisioning.bad_filter` also for one with more than ten connectives */
export function matchFilter<R extends JsonObject>(filter: string, resources: readonly R[]): R[] {
  const connectives = filter.match(/\b(?:and|or|not)\b/gi)?.length ?? 0
  if (connectives > mostConnectives) throw failProvisioning('provisioning.bad_filter')
  try {
    return new Types.Filter(filter).match([...resources]) as R[]
  } catch (cause) {
    throw failProvisioning('provisioning.bad_filter', { cause })
  }
}

/** A resource as its schema reads what a client sent: names in any case, types checked. @throws `provisioning.bad_value`, … */
export function readResource(kind: ResourceKind, body: JsonObject): JsonObject {
  return explain(() => toPlain(new Schemas[kind](toPlain(body), 'in')))
}

/** The resource after the operations. @throws `provisioning.bad_path`, `.no_target`, `.fixed`, `.bad_value`, `.unreadable` */
export async function applyPatch(
  kind: ResourceKind,
  resource: JsonObject,
  { schemas, operations }: { readonly schemas: unknown; readonly operations: readonly JsonObject[] },
): Promise<JsonObject> {
  try {
    const patch = new Messages.PatchOp({ schemas, Operations: operations } as never)
    const patched: unknown = await patch.apply(new Schemas[kind](toPlain(resource), 'out') as never)
    return patched === undefined ? resource : toPlain(patched)
  } catch (cause) {
    throw toRefusal(cause)
  }
}

function explain<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw toRefusal(cause)
  }
}

/** Its messages name values that were sent, so they are kept for the log only. */
function toRefusal(cause: unknown): AppError {
  const { scimType } = cause as { scimType?: keyof typeof byType }
  return failProvisioning((scimType && byType[scimType]) ?? 'provisioning.bad_value', { cause })
}

function toPlain(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>
}
