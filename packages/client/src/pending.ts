/**
 * What the roster still lacks: acts at the server that the data plane does not know of yet, since no device that may say
 * so has signed. Each narrows what somebody may; the weaker of both counts meanwhile, where a person is named.
 */
import type { Person } from '@keyhold/contract'
import type { Caller } from './caller.ts'
import { fetchRoster, listDevices, mayChange, signChange, type Change, type Roster } from './roster.ts'
import type { Token } from './tokens.ts'

export type Pending = {
  readonly change: Change
  /** Of the device or the token. */
  readonly name: string
  readonly why: 'member_gone' | 'role_changed' | 'token_ended'
  /** Whose device it is, or whose own token. */
  readonly person: string | null
}

type Known = {
  readonly people: readonly Pick<Person, 'id' | 'role'>[]
  /** As far as the caller may see them. */
  readonly tokens: readonly Pick<Token, 'id' | 'name' | 'revoked'>[]
}

/** Devices and own tokens of who is no member now, devices with an old role, and keys of tokens that were revoked. */
export function listPending(roster: Roster, known: Known): Pending[] {
  return [...listPendingDevices(roster, known), ...listPendingTokens(roster, known)]
}

function listPendingDevices(roster: Roster, { people }: Known): Pending[] {
  const roles = new Map(people.map(({ id, role }) => [id, role]))
  return listDevices(roster).flatMap(({ keyId, publicKey, name, person, role: old }): Pending[] => {
    if (person === null) return []
    const role = roles.get(person)
    if (role === undefined) return [{ change: { kind: 'revoke', keyId }, name, person, why: 'member_gone' }]
    if (role === old) return []
    return [{ change: { kind: 'device', keyId, publicKey, name, person, role }, name, person, why: 'role_changed' }]
  })
}

function listPendingTokens({ members }: Roster, { people, tokens }: Known): Pending[] {
  const byId = new Map(tokens.map((token) => [token.id, token]))
  return [...members.values()].flatMap((member): Pending[] => {
    if (member.kind !== 'token') return []
    const { keyId, person = null } = member
    const token = byId.get(member.id)
    const why = person !== null && !people.some(({ id }) => id === person) ? 'member_gone' : 'token_ended'
    if (why === 'token_ended' && (token?.revoked ?? null) === null) return []
    return [{ change: { kind: 'revoke', keyId }, name: token?.name ?? 'a token', person, why }]
  })
}

/** Whether this device may sign it. */
export function maySettle(roster: Roster, { signer }: Pick<Caller, 'signer'>, { change }: Pending): boolean {
  return mayChange(roster, signer.keyId, change)
}

/**
 * Signs what this device may of these, one after the other, the change of the device itself last. Resolves with how many
 * it signed. Throws `roster.forged` and ApiError.
 */
export async function settlePending(caller: Caller, pending: readonly Pending[], now: number): Promise<number> {
  const own = ({ change }: Pending): number => Number(change.keyId === caller.signer.keyId)
  let signed = 0
  for (const one of pending.toSorted((a, b) => own(a) - own(b))) {
    // Each change continues the chain that the one before has made longer.
    const roster = await fetchRoster(caller)
    if (!maySettle(roster, caller, one)) continue
    await caller.api.call('submitRoster', { body: { statement: await signChange(caller, roster, one.change, now) } })
    signed += 1
  }
  return signed
}
