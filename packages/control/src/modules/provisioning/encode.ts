/** Answers of SCIM. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { chooseAttributes, type AttributeQuery } from './list-resources.ts'
import type { JsonObject } from './read-body.ts'
import { hasVersion, nameVersion } from './versions.ts'

export function encode(message: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(message))
}

/** One resource, with its version as `ETag`. */
export function answer(reply: FastifyReply, resource: JsonObject): Buffer {
  nameVersion(reply, resource)
  return encode(resource)
}

/** One resource with the attributes that were asked for; 304 and nothing when the caller has this version already. */
export function answerRead(
  request: FastifyRequest,
  reply: FastifyReply,
  resource: JsonObject,
  query: AttributeQuery,
): Buffer {
  nameVersion(reply, resource)
  if (!hasVersion(request.headers, resource)) return encode(chooseAttributes(resource, query))
  reply.code(304)
  return Buffer.alloc(0)
}
