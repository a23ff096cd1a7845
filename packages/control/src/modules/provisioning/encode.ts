/** An answer of SCIM. */
import type { JsonObject } from './read-body.ts'

export function encode(message: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(message))
}
