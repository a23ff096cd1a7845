/**
 * Results kept for the next asker who may see the same. Entries are encrypted under a key per hour that exists only in
 * this process's memory and is destroyed 24 h after the hour began; so are all its entries.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Everything that a result depends on; leaving one out would leak it to someone else or serve old data. */
export type CacheInputs = {
  readonly organisation: string
  readonly project: string
  /** Resolved policy: what the asker may see. */
  readonly policy: string
  /** Identity inputs: who asks. */
  readonly identity: string
  readonly grant: string | null
  readonly sql: string
  readonly parameters: readonly (readonly string[])[]
  readonly dataVersion: string
}

type Hour = { begins: number; lookupKey: Buffer; sealKey: Buffer; entries: Map<string, Buffer> }

const hourMs = 3_600_000
const lifeMs = 24 * hourMs
const ivLength = 12
const tagLength = 16

export class ResultCache {
  readonly #limit: number
  readonly #now: () => number
  /** Oldest first. */
  #hours: Hour[] = []
  #bytes = 0

  /** `limit`: bytes held at most; one entry may take an eighth of it. */
  constructor(limit: number, now: () => number = Date.now) {
    this.#limit = limit
    this.#now = now
  }

  /** A copy of the entry, or undefined. */
  get(inputs: CacheInputs): Buffer | undefined {
    this.expire()
    const text = encodeInputs(inputs)
    for (const hour of this.#hours.toReversed()) {
      const name = lookupName(hour, text)
      const sealed = hour.entries.get(name)
      if (sealed) return openEntry(hour, name, sealed)
    }
    return undefined
  }

  /** Keeps an entry unless it is too large; the oldest entries go to make room. */
  put(inputs: CacheInputs, value: Uint8Array): void {
    this.expire()
    if (value.length > this.#limit / 8) return
    const hour = this.#currentHour()
    const name = lookupName(hour, encodeInputs(inputs))
    const sealed = sealEntry(hour, name, value)
    this.#drop(hour, name)
    hour.entries.set(name, sealed)
    this.#bytes += sealed.length
    this.#makeRoom()
  }

  /** Destroys the keys of hours that began 24 h ago or more, with their entries. */
  expire(): void {
    const oldest = this.#now() - lifeMs
    while (this.#hours[0] && this.#hours[0].begins <= oldest) this.#destroy(this.#hours[0])
  }

  /** Destroys every key and entry. */
  clear(): void {
    while (this.#hours[0]) this.#destroy(this.#hours[0])
  }

  /** Bytes held. */
  get size(): number {
    return this.#bytes
  }

  #currentHour(): Hour {
    const begins = Math.floor(this.#now() / hourMs) * hourMs
    const last = this.#hours.at(-1)
    if (last && last.begins >= begins) return last
    const secret = randomBytes(32)
    const hour = {
      begins,
      lookupKey: derive(secret, 'lookup'),
      sealKey: derive(secret, 'seal'),
      entries: new Map<string, Buffer>(),
    }
    secret.fill(0)
    this.#hours.push(hour)
    return hour
  }

  #destroy(hour: Hour): void {
    hour.lookupKey.fill(0)
    hour.sealKey.fill(0)
    for (const name of hour.entries.keys()) this.#drop(hour, name)
    this.#hours = this.#hours.filter((other) => other !== hour)
  }

  #drop(hour: Hour, name: string): void {
    this.#bytes -= hour.entries.get(name)?.length ?? 0
    hour.entries.delete(name)
  }

  #makeRoom(): void {
    while (this.#bytes > this.#limit) {
      const hour = this.#hours.find((candidate) => candidate.entries.size > 0)
      const name = hour?.entries.keys().next().value
      if (!hour || name === undefined) return
      this.#drop(hour, name)
    }
  }
}

function derive(secret: Buffer, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `keyhold result cache ${label}`, 32))
}

function encodeInputs(inputs: CacheInputs): string {
  const { organisation, project, policy, identity, grant, sql, parameters, dataVersion } = inputs
  return JSON.stringify([organisation, project, policy, identity, grant, sql, parameters, dataVersion])
}

function lookupName(hour: Hour, text: string): string {
  return createHmac('sha256', hour.lookupKey).update(text).digest('latin1')
}

/** IV, tag, ciphertext; the look-up name is the associated data, so that entries cannot change places. */
function sealEntry(hour: Hour, name: string, value: Uint8Array): Buffer {
  const iv = randomBytes(ivLength)
  const cipher = createCipheriv('aes-256-gcm', hour.sealKey, iv, { authTagLength: tagLength })
  cipher.setAAD(Buffer.from(name, 'latin1'))
  const body = Buffer.concat([cipher.update(value), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body])
}

function openEntry(hour: Hour, name: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', hour.sealKey, sealed.subarray(0, ivLength), {
    authTagLength: tagLength,
  })
  decipher.setAAD(Buffer.from(name, 'latin1'))
  decipher.setAuthTag(sealed.subarray(ivLength, ivLength + tagLength))
  const body = decipher.update(sealed.subarray(ivLength + tagLength))
  decipher.final()
  return body
}
