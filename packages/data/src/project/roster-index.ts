/** The roster as a project process knows it: told by the main process, in order with the requests. */
import { roleMay, roleOfDevice, type Role } from '@keyhold/contract'
import type { Member, Standing } from '../roster/member.ts'
import type { RosterView } from './protocol.ts'

type TokenMember = Extract<Member, { kind: 'token' }>

export class RosterIndex {
  #members = new Map<string, Member>()
  #revoked = new Set<string>()

  constructor(view: RosterView) {
    this.update(view)
  }

  update(view: RosterView): void {
    this.#members = new Map(view.members.map((member) => [member.keyId, member]))
    this.#revoked = new Set(view.revoked)
  }

  /** A person's own token is narrowed to what the device that endorsed it may now; without that device it is nothing. */
  find(keyId: string): Standing | undefined {
    const member = this.#members.get(keyId)
    if (member?.kind !== 'token') return member
    if (member.person === undefined) return { ...member, roles: [] }
    const endorser = this.#members.get(member.endorser)
    return endorser === undefined || endorser.kind === 'token' ? undefined : narrow(member, roleOfDevice(endorser))
  }

  /** Also of a token whose endorser was revoked: what it signs is refused, and not taken for nobody's. */
  isRevoked(keyId: string): boolean {
    return this.#revoked.has(keyId) || (this.#members.has(keyId) && this.find(keyId) === undefined)
  }
}

function narrow(member: TokenMember, role: Role): Standing {
  const may = { read: roleMay(role, 'data.read'), write: roleMay(role, 'data.write') }
  return { ...member, roles: [role], scopes: member.scopes.filter(({ access }) => may[access]) }
}
