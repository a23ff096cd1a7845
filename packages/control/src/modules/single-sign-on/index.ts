/**
 * Single sign-on by OpenID Connect. Owns the tables `identity_providers`, `provider_links`, `sign_on_domains`,
 * `sign_on_policies`, `break_glass_owners`, `sign_on_attempts` and `used_logout_tokens`. Guarantees: an account is found by issuer and subject,
 * never by an address alone; a sign-in comes back once, within ten minutes, to the browser that began it; a domain is
 * proven for one organisation, and gives no power before; where single sign-on is the only way, no password counts but
 * those of named owners with a second factor. Refuses what would lock an organisation out. Client secrets are sealed, bound
 * to issuer and client, and never given out. All calls go through the platform's dialler.
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import { offersStepUp } from './own-link.ts'
import { createRelying } from './relying-party.ts'
import { createSingleSignOnHandlers, type SingleSignOnHandlers } from './routes.ts'
import type { SingleSignOnSetting } from './setting.ts'
import { sweepDomains } from './sweep-domains.ts'

type SingleSignOnModule = {
  readonly handlers: SingleSignOnHandlers
  /** Whether a fresh sign-in at the provider proves that it is still this person. */
  readonly offersStepUp: (tx: Transaction, person: string) => Promise<boolean>
  /** Looks for proofs of domains again, each daily. */
  readonly sweepDomains: () => Promise<void>
}

export function createSingleSignOn(setting: SingleSignOnSetting): SingleSignOnModule {
  const relying = createRelying(setting.dialler, () => setting.now().getTime())
  return {
    handlers: createSingleSignOnHandlers(setting, relying),
    offersStepUp: (tx, person) => offersStepUp(setting, tx, person),
    sweepDomains: () => sweepDomains(setting),
  }
}
