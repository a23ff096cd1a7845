import type { Proof, ProofChallenge } from '@keyhold/contract'
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'
import { ClientError } from './errors.ts'

/** The most work that a server may ask of this client: a hostile one could ask for hours. */
const mostIterations = 20_000
const longestSolving = 170_000

/** Finds the counter that a challenge asks for, some seconds at most. @throws ClientError `proof.unsolved` */
export async function solveProof(challenge: ProofChallenge): Promise<Proof> {
  if (challenge.parameters.cost > mostIterations) throw unsolved()
  const solution = await solveChallenge({ challenge, deriveKey, timeout: longestSolving })
  if (!solution) throw unsolved()
  const { counter, derivedKey } = solution
  return { challenge, solution: { counter, derivedKey } }
}

function unsolved(): ClientError {
  return new ClientError(
    'proof.unsolved',
    'the server asked for more computing than this device did in time',
    'wait five minutes and try again.',
  )
}
