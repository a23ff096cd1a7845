/** Proof of work: what a server asks for after many wrong attempts (KEB-15). */
import { ApiError, type Proof, type ProofChallenge } from '@keyhold/contract'

/** More than there are levels of difficulty: each further challenge comes of others' attempts meanwhile. */
const mostChallenges = 8

/**
 * Runs a call, and again with the work done for as long as work is asked for. `solve` is `solveProof`, here or in a
 * worker.
 */
export async function withProof<T>(
  attempt: (proof: Proof | undefined) => Promise<T>,
  solve: (challenge: ProofChallenge) => Promise<Proof>,
): Promise<T> {
  let proof: Proof | undefined
  for (let asked = 0; ; asked++) {
    try {
      return await attempt(proof)
    } catch (error) {
      const challenge = readChallenge(error)
      if (challenge === undefined || asked === mostChallenges) throw error
      proof = await solve(challenge)
    }
  }
}

function readChallenge(error: unknown): ProofChallenge | undefined {
  return error instanceof ApiError && error.code === 'sign_in.proof_needed' ? error.problem.challenge : undefined
}
