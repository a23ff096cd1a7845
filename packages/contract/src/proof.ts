import { Type, type Static } from 'typebox'
import { Digest, strict } from './schema.ts'

const hex = (shortest: number, longest: number) =>
  Type.String({ pattern: `^(?:[0-9a-f]{2}){${shortest},${longest}}$`, maxLength: 2 * longest })

/**
 * Work that a caller is asked for before it may try again: to find the counter whose PBKDF2 key begins with `keyPrefix`
 * (ALTCHA, version 2). Signed by the server; taken once, until `expiresAt` (seconds since 1970), for what it was made for.
 */
export const ProofChallenge = strict({
  parameters: strict({
    algorithm: Type.Literal('PBKDF2/SHA-256'),
    nonce: hex(1, 64),
    salt: hex(1, 64),
    /** Iterations of one derivation. */
    cost: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    keyLength: Type.Integer({ minimum: 1, maximum: 64 }),
    keyPrefix: hex(1, 64),
    keySignature: hex(1, 64),
    expiresAt: Type.Integer(),
    /** `subject` is a keyed hash of what it was made for; `level` its difficulty. */
    data: strict({ subject: Digest, level: Type.Integer({ minimum: 1, maximum: 100 }) }),
  }),
  signature: hex(32, 32),
})
export type ProofChallenge = Static<typeof ProofChallenge>

/** A solved challenge, sent with the call that it was asked for. */
export const Proof = strict({
  challenge: ProofChallenge,
  solution: strict({ counter: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }), derivedKey: hex(1, 64) }),
})
export type Proof = Static<typeof Proof>
