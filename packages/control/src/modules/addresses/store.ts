/** The table of address lists. */
import type { AddressListKind } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredList = { kind: AddressListKind; subject: string; sealed: Buffer; changed: string }

export async function readLists(tx: Transaction): Promise<StoredList[]> {
  return tx.prepared<StoredList>(
    'addresses.read',
    'SELECT kind, subject, ranges_sealed AS sealed, changed FROM address_lists ORDER BY kind, subject',
    [],
  )
}

export async function putList(tx: Transaction, organisation: string, list: StoredList, by: string): Promise<void> {
  await tx.sql(
    `INSERT INTO address_lists (organisation, kind, subject, ranges_sealed, changed, changed_by)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation, kind, subject) DO UPDATE
     SET ranges_sealed = excluded.ranges_sealed, changed = excluded.changed, changed_by = excluded.changed_by`,
    [organisation, list.kind, list.subject, list.sealed, list.changed, by],
  )
}

export async function deleteList(tx: Transaction, kind: AddressListKind, subject: string): Promise<void> {
  await tx.sql('DELETE FROM address_lists WHERE kind = $1 AND subject = $2', [kind, subject])
}
