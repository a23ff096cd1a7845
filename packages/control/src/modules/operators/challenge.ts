/**
 * Challenges for operators' passkeys. Anyone may ask for one, so nothing is kept until it was answered: it carries its own
 * end and a keyed hash over that and what it is for. What was answered is noted until then, and is not answered twice.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PlatformKey } from '../../platform/platform-key.ts'
import type { Transaction } from '../../platform/database/transaction.ts'

export const challengeLife = 5 * 60_000
const randomLength = 16
const timeLength = 6
const bodyLength = randomLength + timeLength

/** `sign-in`, `enrol/<invitation>`, `step-up/<session>`, `passkey/<session>`: a challenge for one is none for another. */
export type ChallengeFor = 'sign-in' | `enrol/${string}` | `step-up/${string}` | `passkey/${string}`

/** base64url of 16 random bytes ‖ end (48 bits, ms since 1970) ‖ HMAC-SHA-256. */
export function drawChallenge(key: PlatformKey, use: ChallengeFor, now: Date): string {
  const body = Buffer.concat([randomBytes(randomLength), Buffer.alloc(timeLength)])
  body.writeUIntBE(now.getTime() + challengeLife, randomLength, timeLength)
  return Buffer.concat([body, sign(key, use, body)]).toString('base64url')
}

/** Whether this server drew it for that use, and it has not ended. */
export function isOurs(key: PlatformKey, use: ChallengeFor, challenge: string, now: Date): boolean {
  const bytes = Buffer.from(challenge, 'base64url')
  const [body, signature] = [bytes.subarray(0, bodyLength), bytes.subarray(bodyLength)]
  const right = sign(key, use, body)
  if (signature.length !== right.length || !timingSafeEqual(signature, right)) return false
  // Decoding ignores what does not belong: one challenge has one spelling, or it could be used once in each.
  return bytes.toString('base64url') === challenge && readEnd(challenge) > now.getTime()
}

/** Notes in the caller's transaction that it was answered; false when it was before. Forgets those that have ended. */
export async function spendChallenge(tx: Transaction, challenge: string, now: Date): Promise<boolean> {
  await tx.sql('DELETE FROM operator_used_challenges WHERE expires <= $1', [now.toISOString()])
  const rows = await tx.sql(
    'INSERT INTO operator_used_challenges (hash, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING hash',
    [hash('sha256', challenge, 'buffer'), new Date(readEnd(challenge)).toISOString()],
  )
  return rows.length === 1
}

const readEnd = (challenge: string): number => Buffer.from(challenge, 'base64url').readUIntBE(randomLength, timeLength)

function sign(key: PlatformKey, use: ChallengeFor, body: Uint8Array): Buffer {
  return key.lookup(`operator challenge/${use}/${Buffer.from(body).toString('base64url')}`)
}
