/** OpenID Connect Back-Channel Logout 1.0: the identity provider ends the sessions that came through it. */
import { anyone, route } from '../route.ts'
import { Id, strict } from '../schema.ts'

export const providerLogoutRoutes = {
  endByProvider: route({
    operationId: 'endByProvider',
    method: 'POST',
    path: '/v1/single-sign-on/:organisation/logout',
    summary: 'Ends the sessions that a logout token of the organisation’s identity provider names',
    access: anyone,
    audit: { action: 'single_sign_on.provider_logout', kind: 'change' },
    secretive: true,
    params: strict({ organisation: Id }),
    /** The one field `logout_token` (section 2.5). */
    body: { bytes: 'application/x-www-form-urlencoded' },
    response: { status: 200, body: strict({}) },
  }),
} as const
