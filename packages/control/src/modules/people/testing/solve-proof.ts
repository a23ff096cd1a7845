import type { Proof, ProofChallenge } from '@keyhold/contract'
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'

/** Does the work that a client does. */
export async function solveProof(challenge: ProofChallenge | undefined): Promise<Proof> {
  if (challenge === undefined) throw new Error('no challenge was given')
  const solution = await solveChallenge({ challenge, deriveKey })
  if (!solution) throw new Error('the challenge was not solved')
  return { challenge, solution: { counter: solution.counter, derivedKey: solution.derivedKey } }
}
