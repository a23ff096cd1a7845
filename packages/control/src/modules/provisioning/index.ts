/**
 * Provisioning: an identity provider keeps people and groups by SCIM 2.0. Owns the table `provisioning_tokens`.
 * Guarantees: a provisioning token calls SCIM and nothing else, and nothing else calls SCIM; who is not active any more has
 * no session and no own token that works, and who waits for an answer is cut off, before the change is answered.
 * Refuses to touch the last owner, whose account it is where a password or a leader's role hangs on it, and the roles that
 * groups give: those are the organisation's to choose.
 */
import type { FindHolder } from '../tokens/index.ts'
import { createProvisionerFinder, endFoundToken } from './keep-tokens.ts'
import { createTokenHandlers } from './routes.ts'
import { createAboutHandlers } from './scim-about.ts'
import { createGroupHandlers } from './scim-groups.ts'
import { createSearchHandlers } from './scim-search.ts'
import { createUserHandlers } from './scim-users.ts'
import type { ProvisioningSetting } from './setting.ts'
import { failProvisioning } from './errors.ts'
import type { OpenCalls } from '../../platform/http/open-calls.ts'

type ProvisioningHandlers = ReturnType<typeof createTokenHandlers> &
  ReturnType<typeof createAboutHandlers> &
  ReturnType<typeof createSearchHandlers> &
  ReturnType<typeof createUserHandlers> &
  ReturnType<typeof createGroupHandlers>

export type ProvisioningModule = {
  readonly handlers: ProvisioningHandlers
  readonly findProvisioner: FindHolder
  /** Ends a token that was seen where it should not be. */
  readonly endFoundToken: (secret: string, code: string) => Promise<void>
}

export function createProvisioning(setting: ProvisioningSetting): ProvisioningModule {
  return {
    handlers: {
      ...createTokenHandlers(setting),
      ...createAboutHandlers(),
      ...createSearchHandlers(setting),
      ...createUserHandlers(setting),
      ...createGroupHandlers(setting),
    },
    findProvisioner: createProvisionerFinder(setting),
    endFoundToken: (secret, code) => endFoundToken(setting, secret, code),
  }
}

/** Who still waits for an answer to a token that has ended is cut off. */
export function cutProvisioner(openCalls: OpenCalls, organisation: string, token: string): void {
  openCalls.judge(organisation, ({ principal }) =>
    principal.kind === 'provisioner' && principal.id === token
      ? failProvisioning('provisioning.token_ended')
      : undefined,
  )
}
