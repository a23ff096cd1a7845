/** Proof of work in a page: done in a worker, while the page says that it takes a moment. */
import { ClientError } from '@keyhold/client'
import type { Proof, ProofChallenge } from '@keyhold/contract'
import { useCallback, useState } from 'react'
import type { SolveAnswer } from './solve-messages.ts'

type Solve = (challenge: ProofChallenge) => Promise<Proof>

/** `working` while a challenge is being solved. */
export function useProof(): { readonly working: boolean; readonly solve: Solve } {
  const [working, setWorking] = useState(false)
  const solve: Solve = useCallback(async (challenge) => {
    setWorking(true)
    try {
      return await solveInWorker(challenge)
    } finally {
      setWorking(false)
    }
  }, [])
  return { working, solve }
}

/** A worker of its own, which ends with its answer. */
async function solveInWorker(challenge: ProofChallenge): Promise<Proof> {
  const worker = new Worker(new URL('./solve.worker.ts', import.meta.url), { type: 'module', name: 'proof' })
  try {
    const { promise, resolve, reject } = Promise.withResolvers<SolveAnswer>()
    worker.addEventListener('message', ({ data }: MessageEvent<SolveAnswer>) => resolve(data))
    worker.addEventListener('error', () => reject(unsolved()))
    worker.postMessage(challenge, [])
    const proof = await promise
    if (proof === null) throw unsolved()
    return proof
  } finally {
    worker.terminate()
  }
}

function unsolved(): ClientError {
  return new ClientError(
    'proof.unsolved',
    'The server asked for more computing than this browser did in time',
    'Wait five minutes and try again.',
  )
}
