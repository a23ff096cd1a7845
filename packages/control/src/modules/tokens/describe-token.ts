/** A token as its organisation sees it. */
import type { Token } from '@keyhold/contract'
import type { Static } from 'typebox'
import { blockOf } from '../../platform/network-address.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import type { ListedToken } from './store.ts'

export type DescribedToken = Static<typeof Token>

/** @throws `platform_key.cannot_open` */
export function describeToken(
  platformKey: PlatformKey,
  { organisation, blockSealed, ...token }: ListedToken,
): DescribedToken {
  const opened = blockSealed && platformKey.open('account', blockContext(organisation, token.id), blockSealed)
  return { ...token, lastUsedFrom: opened?.toString() ?? null }
}

/** Of an address only its block is kept, and that sealed; null when there is no address. */
export function sealBlock(
  platformKey: PlatformKey,
  { organisation, id }: { readonly organisation: string; readonly id: string },
  address: string | null,
): Buffer | null {
  const block = blockOf(address ?? '')
  return block === undefined ? null : platformKey.seal('account', blockContext(organisation, id), block)
}

const blockContext = (organisation: string, id: string) => `tokens/${organisation}/${id}/last_used_block`
