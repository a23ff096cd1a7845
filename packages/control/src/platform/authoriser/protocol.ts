/**
 * What the authorising process is asked and answers. One line of JSON a message: first, to the process, where its
 * database is; then batches of questions; back come `ready` and batches of answers.
 */
import type { Role, TokenAction } from '@keyhold/contract'
import type { Scope } from '../access.ts'
import type { Found } from '../database/database.ts'
import type { ServerAddress } from '../database/server-address.ts'

/** A token as one needs to know it to judge a call. Times in ISO 8601. */
export type HeldToken = Found & {
  readonly project: string
  readonly kind: 'svc' | 'usr'
  readonly scopes: Scope[]
  readonly actions: TokenAction[] | null
  readonly expires: string
  readonly revoked: string | null
  readonly lastUsed: string | null
  /** Of the person whose own it is, now; null when there is no such member, and for programs' tokens. */
  readonly role: Role | null
}

/** A session likewise. */
export type HeldSession = Found & {
  readonly person: string
  readonly role: Role
  readonly lastUsed: string
  readonly expiresIdle: string
  readonly expiresAbsolute: string
  readonly steppedUp: string
  /** Of the organisation's policy. */
  readonly idleMinutes: number
  /** A second factor is demanded of this person, who has none. */
  readonly limited: boolean
}

/** By kind of secret: what its hash is answered with. */
export type Holders = {
  readonly token: HeldToken
  readonly session: HeldSession
  readonly pendingSignIn: Found
  readonly invitation: Found
  readonly passwordReset: Found
  readonly enrolment: Found
}
export type HolderKind = keyof Holders

/** In the folder of keys: the password of the process's role. */
export const secretFile = 'postgres-authoriser'

/** Where the process connects; the password it reads itself from its file in the folder `keys`. */
export type AuthoriserStart = { readonly server: Omit<ServerAddress, 'user' | 'password'>; readonly keys: string }

/** `hash`: SHA-256 of the secret, in base64. */
export type Question = { readonly kind: HolderKind; readonly hash: string }
export type Batch = { readonly id: number; readonly questions: readonly Question[] }

/** The hash is that of the row which was found, so that an answer can be held against its question. */
export type Answer = (Holders[HolderKind] & { readonly hash: string }) | null
export type Answered = { readonly id: number; readonly answers: readonly Answer[] }
export type ProcessMessage = { readonly ready: true } | Answered
