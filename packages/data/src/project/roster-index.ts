/** The roster as a project process knows it: told by the main process, in order with the requests. */
import type { Member } from '../roster/member.ts'
import type { RosterView } from './protocol.ts'

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

  find(keyId: string): Member | undefined {
    return this.#members.get(keyId)
  }

  isRevoked(keyId: string): boolean {
    return this.#revoked.has(keyId)
  }
}
