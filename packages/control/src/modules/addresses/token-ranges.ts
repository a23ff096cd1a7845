/** A token's list of addresses, as the module `tokens` sets it with the token itself. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { openRanges } from './ranges.ts'
import { putAddresses, readRanges } from './set-addresses.ts'
import type { AddressSetting } from './setting.ts'
import { readLists } from './store.ts'

type TokenPlace = { readonly organisation: string; readonly token: string }

export type TokenRanges = {
  /** In their one spelling. @throws `addresses.malformed` */
  readonly readRanges: (ranges: readonly string[]) => string[]
  readonly putRanges: (
    tx: Transaction,
    place: TokenPlace & { readonly by: string },
    ranges: readonly string[],
  ) => Promise<void>
  /** Gives one token's list to another too. */
  readonly copyRanges: (tx: Transaction, from: TokenPlace, to: TokenPlace & { readonly by: string }) => Promise<void>
}

export function createTokenRanges(
  setting: Pick<AddressSetting, 'platformKey' | 'now'>,
  apply: (organisation: string) => Promise<void>,
): TokenRanges {
  const putRanges: TokenRanges['putRanges'] = async (tx, { organisation, token: subject, by }, ranges) => {
    tx.onCommit(() => void apply(organisation).catch(() => {}))
    await putAddresses(setting, tx, { organisation, kind: 'token', subject, by }, ranges)
  }
  return {
    readRanges,
    putRanges,
    async copyRanges(tx, { organisation, token: subject }, to) {
      const lists = await readLists(tx)
      const found = lists.find((list) => list.kind === 'token' && list.subject === subject)
      if (found === undefined) return
      await putRanges(tx, to, openRanges(setting.platformKey, { organisation, kind: 'token', subject }, found.sealed))
    },
  }
}
