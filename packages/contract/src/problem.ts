import { Type, type Static } from 'typebox'
import { ProofChallenge } from './proof.ts'

/** An RFC 9457 problem document. `code` is stable; `remedy` says what the caller can do. Never holds a customer's value. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  remedy: Type.Optional(Type.String()),
  incident: Type.Optional(Type.String()),
  fields: Type.Optional(Type.Array(Type.Object({ path: Type.String(), rule: Type.String() }))),
  /** With `sign_in.proof_needed`: what is to be solved first. */
  challenge: Type.Optional(ProofChallenge),
})
export type Problem = Static<typeof Problem>
