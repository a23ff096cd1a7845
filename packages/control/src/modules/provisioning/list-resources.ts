/** Lists of SCIM: filtered, sorted, by pages, with the attributes that were asked for (RFC 7644 section 3.4.2). */
import { matchFilter } from './ask-scimmy.ts'
import type { JsonObject } from './read-body.ts'

export const mostResults = 200
const usualResults = 100

export type ListQuery = {
  readonly filter?: string | undefined
  readonly startIndex?: number | undefined
  readonly count?: number | undefined
  readonly sortBy?: string | undefined
  readonly sortOrder?: string | undefined
} & AttributeQuery

export type AttributeQuery = {
  readonly attributes?: string | undefined
  readonly excludedAttributes?: string | undefined
}

/** @throws `provisioning.bad_filter` */
export function listResources(all: readonly JsonObject[], query: ListQuery): JsonObject {
  const { filter, startIndex = 1, count = usualResults, sortBy, sortOrder } = query
  const found = filter === undefined ? [...all] : findResources(filter, all)
  if (sortBy !== undefined) sortResources(found, sortBy, sortOrder === 'descending')
  const start = Math.max(startIndex, 1)
  const page = found.slice(start - 1, start - 1 + Math.min(Math.max(count, 0), mostResults))
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: found.length,
    startIndex: start,
    itemsPerPage: page.length,
    Resources: page.map((resource) => chooseAttributes(resource, query)),
  }
}

const simple = /^\s*(userName|displayName|emails\.value|emails)\s+eq\s+"([^"\\]*)"\s*$/i

/** The look-ups that identity providers make all the time do not count capitals, which scimmy's comparison does. */
function findResources(filter: string, all: readonly JsonObject[]): JsonObject[] {
  const [, path, value] = simple.exec(filter) ?? []
  if (path === undefined || value === undefined) return matchFilter(filter, all)
  const key = { username: 'userName', displayname: 'displayName' }[path.toLowerCase()] ?? 'userName'
  const wanted = value.normalize('NFC').toLowerCase()
  return all.filter((resource) => key in resource && readText(resource[key]).normalize('NFC').toLowerCase() === wanted)
}

function sortResources(resources: JsonObject[], sortBy: string, descending: boolean): void {
  const path = sortBy.toLowerCase().split('.')
  const keys = new Map(resources.map((resource) => [resource, readPath(resource, path)]))
  const compare = new Intl.Collator('en').compare
  resources.sort((a, b) => compare(keys.get(a) ?? '', keys.get(b) ?? ''))
  if (descending) resources.reverse()
}

function readPath(value: unknown, path: readonly string[]): string {
  const [first, ...rest] = path
  const one: unknown = Array.isArray(value) ? value[0] : value
  if (first === undefined) return readText(one)
  if (typeof one !== 'object' || one === null) return readText(one)
  const entry = Object.entries(one).find(([name]) => name.toLowerCase() === first)
  return entry === undefined ? '' : readPath(entry[1], rest)
}

function readText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
}

/** `id` and `schemas` are always there (RFC 7643 section 7). */
export function chooseAttributes(resource: JsonObject, { attributes, excludedAttributes }: AttributeQuery): JsonObject {
  const [wanted, unwanted] = [readNames(attributes), readNames(excludedAttributes)]
  if (wanted.size === 0 && unwanted.size === 0) return resource
  const isKept = (name: string) => (wanted.size === 0 || wanted.has(name)) && !unwanted.has(name)
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => name === 'id' || name === 'schemas' || isKept(name.toLowerCase())),
  )
}

/** `name.formatted` and the full name of a schema's attribute stand for the attribute. */
function readNames(list: string | undefined): ReadonlySet<string> {
  const names = (list ?? '').split(',').map((name) => name.trim().toLowerCase().split(':').at(-1)?.split('.')[0] ?? '')
  return new Set(names.filter((name) => name !== ''))
}
