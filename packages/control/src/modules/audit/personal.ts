/**
 * Personal fields of entries, stored encrypted beside the log. Calls of the same caller from the same address share one
 * row for up to an hour: it holds the address and a key from which each entry's own salt is derived, so that deleting the
 * row erases the address from all of them. Rows of data planes hold the disclosures that they sent.
 */
import { hash, randomBytes, randomUUIDv7 } from 'node:crypto'
import { commitPersonal, type Disclosure } from '@keyhold/ledger'
import type { PlatformKey } from '../../platform/platform-key.ts'

/** A row of `ledger_personal`. */
export type PersonalRow = { readonly id: string; readonly subject: string | null; readonly sealed: Buffer }

type SealedFields =
  | { readonly source: string; readonly saltKey: string }
  | { readonly disclosures: readonly Disclosure[] }

type Shared = { readonly row: PersonalRow; readonly saltKey: Buffer; readonly until: number }

export type Sources = {
  /** The row for an address, and the commitment that an entry with this salt has in its place. */
  readonly commit: (
    organisation: string,
    subject: string | null,
    source: string,
    entrySalt: Uint8Array,
  ) => { readonly row: PersonalRow; readonly commitment: string }
  /** Forgets the rows about someone, who was erased. */
  readonly forget: (organisation: string, subject: string) => void
}

const sharedMilliseconds = 3600_000
const mostShared = 10_000

export function createSources(key: PlatformKey, now: () => number): Sources {
  const known = new Map<string, Shared>()

  function find(organisation: string, subject: string | null, source: string): Shared {
    const name = `${organisation}/${subject}/${source}`
    const found = known.get(name)
    if (found && found.until > now()) return found
    const saltKey = randomBytes(32)
    const fields = { source, saltKey: saltKey.toString('base64url') }
    const made = { row: sealRow(key, subject, fields), saltKey, until: now() + sharedMilliseconds }
    known.delete(name)
    known.set(name, made)
    if (known.size > mostShared) known.delete(known.keys().next().value as string)
    return made
  }
  return {
    commit(organisation, subject, source, entrySalt) {
      const { row, saltKey } = find(organisation, subject, source)
      return { row, commitment: commitPersonal(deriveSalt(saltKey, entrySalt), 'source', source) }
    },
    forget(organisation, subject) {
      for (const name of known.keys()) if (name.startsWith(`${organisation}/${subject}/`)) known.delete(name)
    },
  }
}

/** A row of its own for what a data plane disclosed. */
export function sealDisclosures(
  key: PlatformKey,
  subject: string | null,
  disclosures: readonly Disclosure[],
): PersonalRow | null {
  return disclosures.length === 0 ? null : sealRow(key, subject, { disclosures })
}

/** What an entry discloses; nothing when its row was erased. */
export function openDisclosures(
  key: PlatformKey,
  entrySalt: Uint8Array,
  row: { readonly id: string; readonly sealed: Uint8Array } | null,
): Disclosure[] {
  if (row === null) return []
  const fields = JSON.parse(key.open('ledger-personal', row.id, row.sealed).toString()) as SealedFields
  if ('disclosures' in fields) return [...fields.disclosures]
  const salt = deriveSalt(Buffer.from(fields.saltKey, 'base64url'), entrySalt)
  return [{ label: 'source', salt: salt.toString('base64url'), value: fields.source }]
}

function sealRow(key: PlatformKey, subject: string | null, fields: SealedFields): PersonalRow {
  const id = randomUUIDv7()
  return { id, subject, sealed: key.seal('ledger-personal', id, JSON.stringify(fields)) }
}

/**
 * 16 bytes of SHA-256(salt key, entry's salt): one of its own for each entry, as entries' salts are random. Both inputs
 * have a fixed length and the output is cut, so the plain hash is as good as HMAC here and three times as fast.
 */
function deriveSalt(saltKey: Buffer, entrySalt: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([saltKey, entrySalt]), 'buffer').subarray(0, 16)
}
