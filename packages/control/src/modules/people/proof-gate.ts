/**
 * What stands between a guesser and the next guess: after ten wrong attempts in five minutes a proof of work (KEB-15),
 * harder with each ten more. A challenge is signed for one call, account and block of addresses, lives three minutes and
 * is taken once. The key of the signatures lives as long as the process.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Proof, ProofChallenge } from '@keyhold/contract'
import { createChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { addressBlock, createAttempts, type Attempts } from './attempts.ts'
import { failPeople } from './errors.ts'

const algorithm = 'PBKDF2/SHA-256'
/** Iterations of one derivation: 1 to 2 ms of one core. */
const cost = 10_000
/** Derivations at level 1, give or take a quarter: about a second in a browser. */
const derivations = 500
const lifetime = 3 * 60_000

type GuardedCall = 'sign-in' | 'change-password' | 'request-reset' | 'single-sign-on'

type Attempt = {
  readonly call: GuardedCall
  /** What the account is looked up by, whether there is one or not. */
  readonly account: Buffer
  readonly address: string
  readonly proof: Proof | undefined
}

export type ProofGate = {
  /**
   * Counts an attempt; the function given takes it back when it was right.
   *
   * @throws `sign_in.proof_needed` with a challenge, when one is needed and none that fits was solved
   */
  readonly pass: (attempt: Attempt) => Promise<() => void>
}

export function createProofGate(clock: () => number, attempts: Attempts = createAttempts(clock)): ProofGate {
  const secrets = {
    hmacSignatureSecret: randomBytes(32).toString('base64'),
    hmacKeySignatureSecret: randomBytes(32).toString('base64'),
  }
  /** Signatures of challenges that were taken, with their ends. */
  const taken = new Map<string, number>()

  async function challenge(subject: string, level: number): Promise<ProofChallenge> {
    const counter = Math.round(derivations * 2 ** (level - 1) * (0.75 + randomInt(1_000) / 2_000))
    const expiresAt = Math.ceil((clock() + lifetime) / 1000)
    const made = await createChallenge({
      algorithm,
      cost,
      counter,
      deriveKey,
      expiresAt,
      data: { subject, level },
      ...secrets,
    })
    return made as ProofChallenge
  }
  /** The level that a proof stands for; 0 when it is none, too old, another's, or was taken before. */
  async function weigh(proof: Proof | undefined, subject: string): Promise<number> {
    if (proof === undefined) return 0
    const { parameters, signature } = proof.challenge
    if (parameters.expiresAt * 1000 < clock() || !isSame(parameters.data.subject, subject)) return 0
    const { verified } = await verifySolution({ ...proof, deriveKey, ...secrets })
    // From here to the return nothing is awaited: of two that come together one finds it taken.
    if (!verified || taken.has(signature)) return 0
    for (const [old, end] of taken) if (end < clock()) taken.delete(old)
    taken.set(signature, parameters.expiresAt * 1000)
    return parameters.data.level
  }
  return {
    async pass({ call, account, address, proof }) {
      const block = addressBlock(address)
      const subject = createHash('sha256')
        .update(`${call} ${account.toString('base64')} ${block}`)
        .digest('base64url')
      const keys = keysOf(call, account, block)
      const proven = await weigh(proof, subject)
      const level = attempts.level(keys)
      if (level > proven) {
        throw failPeople('sign_in.proof_needed', { challenge: await challenge(subject, level) })
      }
      return attempts.begin(keys)
    },
  }
}

/**
 * A mail that was asked for is no guess at a password, nor is leaving for an identity provider: each call but sign-ins and
 * changes counts for itself. Of the last the block alone: what is counted there is everybody's, and few of an
 * organisation's enemies must not make all of its people work.
 */
function keysOf(call: GuardedCall, account: Buffer, block: string): string[] {
  if (call === 'single-sign-on') return [`provider block ${block}`]
  const kind = call === 'request-reset' ? 'reset ' : ''
  return [`${kind}account ${account.toString('base64')}`, `${kind}block ${block}`]
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
