/** Does a proof of work beside the page's own thread. */
import { solveProof } from '@keyhold/client'
import type { SolveAnswer, SolveRequest } from './solve-messages.ts'

addEventListener('message', ({ data }: MessageEvent<SolveRequest>) => {
  solveProof(data).then(
    (proof) => postMessage(proof satisfies SolveAnswer),
    () => postMessage(null satisfies SolveAnswer),
  )
})
