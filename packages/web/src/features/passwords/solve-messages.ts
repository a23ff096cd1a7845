import type { Proof, ProofChallenge } from '@keyhold/contract'

/** What the page asks its worker, and what that answers; null when it did not finish in time. */
export type SolveRequest = ProofChallenge
export type SolveAnswer = Proof | null
