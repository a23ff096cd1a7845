/**
 * Versions of resources (RFC 7644 section 3.14, RFC 9110 section 13): a digest of what is given, so that nothing is kept for
 * them and none can be forgotten. A user's groups are part of the user that is given, and so of its version.
 */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { failProvisioning } from './errors.ts'
import { isObject, type JsonObject } from './read-body.ts'

type Headers = FastifyRequest['headers']

/** The resource with `meta.version`. It does not depend on where the installation is reached. */
export function addVersion(resource: JsonObject): JsonObject {
  const { meta, ...content } = resource
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)
  return { ...content, meta: { ...(isObject(meta) && meta), version: `W/"${digest}"` } }
}

/** Names the version of what is answered. */
export function nameVersion(reply: FastifyReply, resource: JsonObject): void {
  const version = readVersion(resource)
  if (version !== undefined) reply.header('etag', version)
}

/** Whether the caller has this version already: then the answer is 304, without a body. */
export function hasVersion({ 'if-none-match': known }: Headers, resource: JsonObject): boolean {
  return known !== undefined && names(known, resource)
}

/** Whether a change depends on a version at all. */
export const dependsOnVersion = ({ 'if-match': wanted }: Headers): boolean => wanted !== undefined

/** @throws `provisioning.other_version` when the change was meant for another version */
export function requireVersion({ 'if-match': wanted }: Headers, resource: JsonObject): void {
  if (wanted !== undefined && !names(wanted, resource)) throw failProvisioning('provisioning.other_version')
}

/** SCIM's versions are weak and are compared as such, though HTTP would have If-Match compare strongly. */
function names(header: string, resource: JsonObject): boolean {
  const plain = (tag: string) => tag.trim().replace(/^W\//, '')
  const version = plain(readVersion(resource) ?? '')
  return header.split(',').some((tag) => tag.trim() === '*' || plain(tag) === version)
}

function readVersion({ meta }: JsonObject): string | undefined {
  const version = isObject(meta) ? meta['version'] : undefined
  return typeof version === 'string' ? version : undefined
}
