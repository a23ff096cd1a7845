import type { Role, RosterMember } from '@keyhold/contract'

type Token = Extract<RosterMember, { kind: 'token' }>
type Device = Exclude<RosterMember, { kind: 'token' }>

/** A key that may ask, as the roster says; of a token also the key that endorsed it. */
export type Member = Device | (Token & { readonly endorser: string })

/** A key with what it may at this moment. `roles` of a token: empty for a program's, its endorser's for a person's own. */
export type Standing = Device | (Token & { readonly roles: readonly Role[] })
