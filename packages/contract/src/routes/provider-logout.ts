/** What anyone may ask and say of an organisation's single sign-on besides signing in. */
import { anyone, route } from '../route.ts'
import { Id, nullable, strict, Title } from '../schema.ts'

export const providerLogoutRoutes = {
  /** Who has an invitation sees it before there is an account; beginning to sign in would tell as much. */
  readSignInWays: route({
    operationId: 'readSignInWays',
    method: 'GET',
    path: '/v1/organisations/:organisation/sign-in-ways',
    summary:
      'What the identity provider of an organisation is called; null when it has none, or there is no such organisation',
    access: anyone,
    audit: { action: 'single_sign_on.ways', kind: 'none' },
    params: strict({ organisation: Id }),
    response: { status: 200, body: strict({ provider: nullable(Title) }) },
  }),
  /** OpenID Connect Back-Channel Logout 1.0. */
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
