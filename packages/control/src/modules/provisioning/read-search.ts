/** A search that comes as a body (RFC 7644 section 3.4.3): for filters that are too long, or too personal, for an address. */
import { failProvisioning } from './errors.ts'
import type { ListQuery } from './list-resources.ts'
import type { JsonObject } from './read-body.ts'

const searchSchema = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
const longest = 1000

/** @throws `provisioning.unreadable` for what is no search, `provisioning.bad_filter`, `provisioning.bad_value` */
export function readSearch(body: JsonObject): ListQuery {
  const { schemas, filter, startIndex, count, sortBy, sortOrder, attributes, excludedAttributes } = body
  if (!Array.isArray(schemas) || !schemas.includes(searchSchema)) throw failProvisioning('provisioning.unreadable')
  if (filter !== undefined && !isShort(filter)) throw failProvisioning('provisioning.bad_filter')
  return {
    filter,
    startIndex: readWhole(startIndex),
    count: readWhole(count),
    sortBy: readText(sortBy),
    sortOrder: readOrder(sortOrder),
    attributes: readNames(attributes),
    excludedAttributes: readNames(excludedAttributes),
  }
}

const isShort = (value: unknown): value is string => typeof value === 'string' && value.length <= longest

function readWhole(value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value
  throw failProvisioning('provisioning.bad_value')
}

function readText(value: unknown): string | undefined {
  if (value === undefined || isShort(value)) return value
  throw failProvisioning('provisioning.bad_value')
}

function readOrder(value: unknown): string | undefined {
  if (value === undefined || value === 'ascending' || value === 'descending') return value
  throw failProvisioning('provisioning.bad_value')
}

/** In a body they are a list, in an address a text with commas. */
function readNames(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every(isShort)) throw failProvisioning('provisioning.bad_value')
  return readText(value.join(','))
}
