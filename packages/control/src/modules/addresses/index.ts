/**
 * Allowed source addresses. Owns the table `address_lists` and the list of open calls. Guarantees: a list that is set is
 * in force at once in this process and within a second in others, for new calls, open sessions, calls that wait and
 * answers under way; an empty list allows all. Refuses a list that would shut out its own editor, unless confirmed.
 */
import type { OpenCalls } from '../../platform/http/open-calls.ts'
import { createAddressGuard, type AddressGuard } from './address-guard.ts'
import { createAddressHandlers, type AddressHandlers } from './routes.ts'
import type { AddressSetting } from './setting.ts'
import { createTokenRanges, type TokenRanges } from './token-ranges.ts'

export type { TokenRanges } from './token-ranges.ts'

export type AddressesModule = AddressGuard & {
  readonly handlers: AddressHandlers
  readonly openCalls: OpenCalls
  /** For the module `tokens`: a token's own list. */
  readonly tokens: TokenRanges
}

export function createAddresses(setting: AddressSetting): AddressesModule {
  const guard = createAddressGuard(setting)
  return {
    ...guard,
    openCalls: setting.openCalls,
    handlers: createAddressHandlers(setting, guard),
    tokens: createTokenRanges(setting, guard.apply),
  }
}
