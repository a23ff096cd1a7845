/** Ranges as they are kept: sealed, since the addresses of offices and homes tell of people. */
import type { AddressListKind } from '@keyhold/contract'
import type { PlatformKey } from '../../platform/platform-key.ts'

export type ListPlace = {
  readonly organisation: string
  readonly kind: AddressListKind
  readonly subject: string
}

export function sealRanges(platformKey: PlatformKey, place: ListPlace, ranges: readonly string[]): Buffer {
  return platformKey.seal('account', contextOf(place), JSON.stringify(ranges))
}

/** @throws `platform_key.cannot_open` */
export function openRanges(platformKey: PlatformKey, place: ListPlace, sealed: Buffer): string[] {
  return JSON.parse(platformKey.open('account', contextOf(place), sealed).toString()) as string[]
}

const contextOf = ({ organisation, kind, subject }: ListPlace) => `address_lists/${organisation}/${kind}/${subject}`
