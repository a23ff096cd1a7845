/** Replaces a list of allowed addresses. */
import type { AddressList } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { canonicalRange, createAddressSet, readAddress } from '../../platform/network-address.ts'
import { failAddresses } from './errors.ts'
import { sealRanges, type ListPlace } from './ranges.ts'
import type { AddressSetting } from './setting.ts'
import { deleteList, putList } from './store.ts'

type ListChange = ListPlace & {
  readonly ranges: readonly string[]
  /** Set it though it shuts someone out who is there now. */
  readonly confirmed: boolean
  /** Who changes it, and from where. */
  readonly by: string
  readonly address: string
}

/** Each range in its one spelling, once. @throws `addresses.malformed` */
export function readRanges(ranges: readonly string[]): string[] {
  const canonical = ranges.map((text) => {
    const range = canonicalRange(text.trim())
    if (range === undefined) throw failAddresses('addresses.malformed')
    return range
  })
  return [...new Set(canonical)]
}

/** Part of the caller's transaction. @throws `addresses.malformed`, `addresses.locks_out`, `addresses.unknown_subject` */
export async function setAddresses(setting: AddressSetting, tx: Transaction, change: ListChange): Promise<AddressList> {
  const ranges = readRanges(change.ranges)
  await requireSubject(setting, tx, change)
  if (!change.confirmed && shutsOut(setting, change, ranges)) throw failAddresses('addresses.locks_out')
  return putAddresses(setting, tx, change, ranges)
}

/** Without its checks. The ranges are canonical. */
export async function putAddresses(
  { platformKey, now }: Pick<AddressSetting, 'platformKey' | 'now'>,
  tx: Transaction,
  { organisation, kind, subject, by }: ListPlace & { readonly by: string },
  ranges: readonly string[],
): Promise<AddressList> {
  const changed = now().toISOString()
  const sealed = sealRanges(platformKey, { organisation, kind, subject }, ranges)
  if (ranges.length === 0) await deleteList(tx, kind, subject)
  else await putList(tx, organisation, { kind, subject, sealed, changed }, by)
  return { kind, subject, ranges: [...ranges], changed: ranges.length === 0 ? null : changed }
}

async function requireSubject(
  { hasProject, hasToken }: AddressSetting,
  tx: Transaction,
  { organisation, kind, subject }: ListChange,
): Promise<void> {
  const known =
    kind === 'project'
      ? await hasProject(tx, subject)
      : kind === 'token'
        ? await hasToken(tx, subject)
        : subject === organisation
  if (!known) throw failAddresses('addresses.unknown_subject')
}

function shutsOut({ link }: AddressSetting, change: ListChange, ranges: readonly string[]): boolean {
  if (ranges.length === 0 || change.kind === 'token') return false
  const linked = change.kind === 'data_plane'
  const source = linked ? link.sourceOf(change.organisation) : change.address
  if (source === undefined) return false
  const address = readAddress(source)
  return address === undefined || !createAddressSet(ranges).has(address)
}
