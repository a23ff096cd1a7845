/** Bodies of SCIM calls: JSON objects within a size and a time. */
import { Readable } from 'node:stream'
import { failProvisioning } from './errors.ts'

const mostBytes = 1024 * 1024
const patience = 30_000

export type JsonObject = Readonly<Record<string, unknown>>

/** `body`: the bytes, or what came as `application/json` and is read already. @throws `provisioning.unreadable`, `provisioning.too_large` */
export async function readBody(body: unknown): Promise<JsonObject> {
  const parsed = body instanceof Readable ? parse(await readText(body)) : body
  if (!isObject(parsed)) throw failProvisioning('provisioning.unreadable')
  return parsed
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `"False"` is what Entra ID sends for false. */
export function readTruth(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return { true: true, false: false }[value.toLowerCase()] ?? value
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  const timer = setTimeout(() => body.destroy(failProvisioning('provisioning.unreadable')), patience)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > mostBytes) throw failProvisioning('provisioning.too_large')
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__' || key === 'constructor') throw new SyntaxError('a key that reaches prototypes')
      return value
    })
  } catch (cause) {
    throw failProvisioning('provisioning.unreadable', { cause })
  }
}
