/**
 * Who may ask: the chain of signed changes, kept outside the control plane's reach. Number 1 is the anchor's, later ones
 * an endorsed device's, as its role allows (`mayChangeRoster`); a change that does not continue the chain is refused.
 */
import { join } from 'node:path'
import { mayChangeRoster, type RosterChange, type Signed } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import { digest, digestOf, verifyBody } from '../formats/statements.ts'
import { appendDurable, readLines } from '../platform/durable-file.ts'
import type { Member } from './member.ts'

const longestTokenLife = 366 * 24 * 3600_000

export class Roster {
  readonly #path: string
  readonly #anchor: { readonly keyId: string; readonly publicKey: Uint8Array }
  readonly #statements: Signed[] = []
  readonly #members = new Map<string, Member>()
  readonly #revoked = new Set<string>()

  private constructor(path: string, anchor: { keyId: string; publicKey: Uint8Array }) {
    this.#path = path
    this.#anchor = anchor
  }

  /** Reads and verifies the whole chain. @throws `roster.broken` */
  static async open(folder: string, anchor: { keyId: string; publicKey: Uint8Array }): Promise<Roster> {
    const roster = new Roster(join(folder, 'roster.ndjson'), anchor)
    for (const line of readLines(roster.#path)) await roster.#admit(JSON.parse(line) as Signed)
    return roster
  }

  get length(): number {
    return this.#statements.length
  }

  /** Statements from number `from` on. */
  list(from = 1): Signed[] {
    return this.#statements.slice(from - 1)
  }

  /** Digest of the last statement's bytes; null for an empty roster. */
  get head(): string | null {
    const last = this.#statements.at(-1)
    return last ? digestOf(last) : null
  }

  members(): Member[] {
    return [...this.#members.values()]
  }

  revoked(): string[] {
    return [...this.#revoked]
  }

  /**
   * Verifies, keeps durably, then believes. The very same statement again is answered by its number.
   * @throws `roster.forged`, `roster.out_of_order`, `roster.refused`
   */
  async append(signed: Signed, organisation: string): Promise<number> {
    const known = this.#statements.findIndex((other) => other.statement === signed.statement)
    if (known >= 0) return known + 1
    const change = await this.#check(signed)
    if (change.organisation !== organisation || !hasAllowedLife(change)) throw refused()
    appendDurable(this.#path, JSON.stringify(signed))
    this.#believe(signed, change)
    return change.number
  }

  async #admit(signed: Signed): Promise<void> {
    this.#believe(signed, await this.#check(signed))
  }

  async #check(signed: Signed): Promise<RosterChange> {
    const change = await verifyBody('roster', this.#signerKey(signed.keyId), signed)
    if (change.number !== this.length + 1 || change.previous !== this.head) throw outOfOrder()
    const first = change.number === 1
    if (first !== (change.change.kind === 'owner') || (first && signed.keyId !== this.#anchor.keyId)) throw refused()
    if (!first) this.#checkSigner(signed.keyId, change.change)
    if ('publicKey' in change.change) this.#checkKey(change.change)
    if (change.change.kind === 'expire') this.#checkShorter(change.change)
    return change
  }

  #signerKey(keyId: string): Uint8Array {
    if (this.length === 0 && keyId === this.#anchor.keyId) return this.#anchor.publicKey
    const member = this.#members.get(keyId)
    if (!member || member.kind === 'token') throw forged()
    return Buffer.from(member.publicKey, 'base64url')
  }

  #checkSigner(keyId: string, change: RosterChange['change']): void {
    const signer = this.#members.get(keyId)
    if (!signer || !mayChangeRoster(signer, change, this.#members)) throw refused()
  }

  #checkKey(change: { keyId: string; publicKey: string }): void {
    const fits = digest(Buffer.from(change.publicKey, 'base64url')) === change.keyId
    if (!fits || this.#revoked.has(change.keyId)) throw refused()
  }

  /** A token's end can come nearer, and nothing else has one. */
  #checkShorter({ keyId, expires }: { keyId: string; expires: string }): void {
    const member = this.#members.get(keyId)
    if (member?.kind !== 'token' || expires > member.expires) throw refused()
  }

  #believe(signed: Signed, { change }: RosterChange): void {
    this.#statements.push(signed)
    if (change.kind === 'expire') {
      const member = this.#members.get(change.keyId)
      if (member?.kind === 'token') this.#members.set(change.keyId, { ...member, expires: change.expires })
    } else if (change.kind === 'token') this.#members.set(change.keyId, { ...change, endorser: signed.keyId })
    else if (change.kind !== 'revoke') this.#members.set(change.keyId, change)
    else {
      this.#members.delete(change.keyId)
      this.#revoked.add(change.keyId)
    }
  }
}

/** A token lives a year at most from its endorsement, with a day for clocks. Not asked of what was believed before. */
function hasAllowedLife({ change, created }: RosterChange): boolean {
  return change.kind !== 'token' || Date.parse(change.expires) - Date.parse(created) <= longestTokenLife
}

function forged(): DataError {
  return new DataError(
    'roster.forged',
    'The change is not signed by an endorsed device.',
    'Sign it with a device on the roster.',
  )
}

function outOfOrder(): DataError {
  return new DataError(
    'roster.out_of_order',
    'The change does not continue the roster.',
    'Read the roster again and sign the change with the next number and the last digest.',
  )
}

function refused(): DataError {
  return new DataError(
    'roster.refused',
    'The roster does not take such a change.',
    'Only number 1 names the owner; a key is endorsed once; admins’ devices leave owners’ alone, and other devices change only what is the same person’s own.',
  )
}
