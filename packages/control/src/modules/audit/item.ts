/** What becomes a leaf: an entry with its salt, and beside it the sealed personal fields. */
import { randomFillSync } from 'node:crypto'
import { entryLeafHash } from '@keyhold/ledger'
import type { AuditEvent } from '../../platform/audit-port.ts'
import { formatControlEntry } from './control-entry.ts'
import { hashLeaf } from './leaf.ts'
import type { PersonalRow, Sources } from './personal.ts'

export type Outcome = AuditEvent['outcome']

/** An entry ready for the tree. */
export type Item = {
  readonly time: string
  readonly action: string
  readonly outcome: Outcome
  readonly dataPlane: string | null
  readonly sequence: number | null
  readonly salt: Uint8Array
  /** Exact canonical text. */
  readonly entry: string
  readonly signature: string | null
  readonly personal: PersonalRow | null
  readonly leafHash: Uint8Array
}

/** Makes the item of an act of the control plane. */
export function makeItem(event: AuditEvent, sources: Sources, time: string): Item {
  const { organisation, actor, source } = event
  const salt = drawSalt()
  const personal = source === null ? null : sources.commit(organisation, actor.id, source, salt)
  const entry = formatControlEntry(event, time, personal?.commitment ?? null)
  return {
    time,
    action: event.action,
    outcome: event.outcome,
    dataPlane: null,
    sequence: null,
    salt,
    entry,
    signature: null,
    personal: personal?.row ?? null,
    leafHash: hashLeaf(salt, entry),
  }
}

type Packed = Omit<Item, 'salt' | 'personal' | 'leafHash'> & {
  readonly salt: string
  readonly personal: { readonly id: string; readonly subject: string | null; readonly sealed: string } | null
}

/** An item as bytes for the outbox. */
export function packItem(item: Item): Buffer {
  const { time, action, outcome, dataPlane, sequence, entry, signature, salt, personal } = item
  const packed: Packed = {
    time,
    action,
    outcome,
    dataPlane,
    sequence,
    entry,
    signature,
    salt: encodeBytes(salt),
    personal: personal && { ...personal, sealed: encodeBytes(personal.sealed) },
  }
  return Buffer.from(JSON.stringify(packed))
}

export function unpackItem(bytes: Buffer): Item {
  const packed = JSON.parse(bytes.toString()) as Packed
  const salt = Buffer.from(packed.salt, 'base64url')
  const personal = packed.personal && { ...packed.personal, sealed: Buffer.from(packed.personal.sealed, 'base64url') }
  return { ...packed, salt, personal, leafHash: entryLeafHash(salt, packed.entry) }
}

/** Text of bytes, without a copy. */
function encodeBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

const saltLength = 16
const block = new Uint8Array(saltLength * 512)
let used = block.length

/** 16 random bytes; drawn from the system in blocks. */
function drawSalt(): Uint8Array {
  if (used === block.length) {
    randomFillSync(block)
    used = 0
  }
  used += saltLength
  return block.slice(used - saltLength, used)
}
