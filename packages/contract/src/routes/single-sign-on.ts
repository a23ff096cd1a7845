/** Single sign-on by OpenID Connect: an organisation's identity provider, its domains, its policy, and the way through. */
import { Type, type Static } from 'typebox'
import { Proof } from '../proof.ts'
import { anyone, member, route } from '../route.ts'
import { Id, nullable, strict, Time, Title } from '../schema.ts'
import { PendingSignIn } from './factors.ts'
import { Session } from './session.ts'

const Email = Type.String({ pattern: '^[^@\\s]{1,64}@[^@\\s]{1,190}$', maxLength: 254 })
const Issuer = Type.String({ pattern: '^https://[^\\s?#]{1,480}$', maxLength: 500 })
const ClientId = Type.String({ pattern: '^[\\x21-\\x7e]{1,300}$' })
/** Names of scopes with single spaces; `openid` is asked for in any case. */
const Scopes = Type.String({ pattern: '^[\\x21-\\x7e]+( [\\x21-\\x7e]+)*$', maxLength: 300 })
const DomainName = Type.String({ minLength: 3, maxLength: 253 })

export const IdentityProvider = strict({
  name: Title,
  issuer: Issuer,
  clientId: ClientId,
  scopes: Scopes,
  changed: Time,
})
export type IdentityProvider = Static<typeof IdentityProvider>

/** A domain of e-mail addresses. Without `proven` it gives no power. */
export const SignOnDomain = strict({
  id: Id,
  domain: Type.String(),
  /** What the DNS record holds, or the file. */
  token: Type.String(),
  created: Time,
  proven: nullable(Time),
})
export type SignOnDomain = Static<typeof SignOnDomain>

/** Never owner or admin: whoever runs the provider could make themselves one. */
const JoinRole = Type.Union([
  Type.Literal('analyst'),
  Type.Literal('viewer'),
  Type.Literal('auditor'),
  Type.Literal('approver'),
])
export const SignOnPolicy = strict({
  /** `only`: no password counts but those of the break-glass owners. */
  signIn: Type.Union([Type.Literal('any'), Type.Literal('only')]),
  /** What somebody of a proven domain becomes who comes for the first time; null: nobody joins so. */
  joinRole: nullable(JoinRole),
  /** A second factor that the provider says it saw stands for ours, where ours is demanded. */
  trustFactor: Type.Boolean(),
  /** Owners with a second factor who keep their password. */
  breakGlass: Type.Array(Id, { maxItems: 5, uniqueItems: true }),
})
export type SignOnPolicy = Static<typeof SignOnPolicy>

/** Where the browser goes: the provider's page. */
const Departure = strict({ url: Type.String() })
/** The query of the address to which the provider sent the browser back. */
const Return = strict({ query: Type.String({ minLength: 1, maxLength: 8000 }) })
const manage = member('organisation.manage', 'none', { sudo: true })

const signingInRoutes = {
  beginSingleSignOn: route({
    operationId: 'beginSingleSignOn',
    method: 'POST',
    path: '/v1/single-sign-on',
    summary: 'Begins to sign a browser in at the identity provider of an organisation, or of an address’s domain',
    access: anyone,
    audit: { action: 'single_sign_on.begin', kind: 'change' },
    secretive: true,
    body: Type.Union([
      strict({ email: Email, proof: Type.Optional(Proof) }),
      strict({ organisation: Id, proof: Type.Optional(Proof) }),
      strict({
        organisation: Id,
        invitation: Type.String({ minLength: 1, maxLength: 200 }),
        proof: Type.Optional(Proof),
      }),
    ]),
    response: { status: 201, body: Departure },
  }),
  finishSingleSignOn: route({
    operationId: 'finishSingleSignOn',
    method: 'POST',
    path: '/v1/single-sign-on/finish',
    summary: 'Signs a browser in that comes back from the identity provider',
    access: anyone,
    audit: { action: 'single_sign_on.finish', kind: 'change' },
    secretive: true,
    body: Return,
    response: {
      status: 201,
      body: strict({ organisation: Id, pending: nullable(PendingSignIn), factorNeeded: Type.Boolean() }),
    },
  }),
} as const

const ownRoutes = {
  readOwnSingleSignOn: route({
    operationId: 'readOwnSingleSignOn',
    method: 'GET',
    path: '/v1/me/single-sign-on',
    summary: 'The organisation’s identity provider, and whether the caller’s account is connected to it',
    access: member('self.use', 'none', { limited: true }),
    audit: { action: 'single_sign_on.read_own', kind: 'read' },
    response: { status: 200, body: strict({ provider: nullable(Title), connected: nullable(Time) }) },
  }),
  beginConnect: route({
    operationId: 'beginConnect',
    method: 'POST',
    path: '/v1/me/single-sign-on/connect',
    summary: 'Begins to connect the caller’s account with one at the identity provider',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'single_sign_on.begin_connect', kind: 'change' },
    secretive: true,
    response: { status: 201, body: Departure },
  }),
  beginProviderStepUp: route({
    operationId: 'beginProviderStepUp',
    method: 'POST',
    path: '/v1/sessions/current/step-up/single-sign-on',
    summary: 'Begins a fresh sign-in at the identity provider, which proves that it is still them',
    access: member('self.use', 'none', { limited: true }),
    audit: { action: 'single_sign_on.begin_step_up', kind: 'change' },
    secretive: true,
    response: { status: 201, body: Departure },
  }),
  finishOwnSingleSignOn: route({
    operationId: 'finishOwnSingleSignOn',
    method: 'POST',
    path: '/v1/me/single-sign-on/finish',
    summary: 'Ends connecting or step-up when the browser comes back from the identity provider',
    access: member('self.use', 'none', { limited: true }),
    audit: { action: 'single_sign_on.finish_own', kind: 'change' },
    secretive: true,
    body: Return,
    response: {
      status: 201,
      body: strict({
        purpose: Type.Union([Type.Literal('connect'), Type.Literal('step-up')]),
        /** The new secret after step-up, for who sent the old one as a bearer. */
        session: nullable(Session),
      }),
    },
  }),
  disconnectSingleSignOn: route({
    operationId: 'disconnectSingleSignOn',
    method: 'DELETE',
    path: '/v1/me/single-sign-on',
    summary: 'Takes the connection of the caller’s account away; an account without a password keeps it',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'single_sign_on.disconnect', kind: 'change' },
    response: { status: 204 },
  }),
} as const

const settingRoutes = {
  readSingleSignOn: route({
    operationId: 'readSingleSignOn',
    method: 'GET',
    path: '/v1/organisation/single-sign-on',
    summary: 'Identity provider, domains and policy of the organisation',
    access: member('organisation.manage', 'none'),
    audit: { action: 'single_sign_on.read', kind: 'read' },
    response: {
      status: 200,
      body: strict({
        provider: nullable(IdentityProvider),
        /** To be entered at the provider. */
        redirectUri: Type.String(),
        /** To be entered there too: where it says that somebody’s sign-in has ended. */
        logoutUri: Type.String(),
        domains: Type.Array(SignOnDomain),
        policy: SignOnPolicy,
      }),
    },
  }),
  saveIdentityProvider: route({
    operationId: 'saveIdentityProvider',
    method: 'PUT',
    path: '/v1/organisation/identity-provider',
    summary: 'Sets the identity provider, after asking it for its configuration',
    access: manage,
    audit: { action: 'identity_provider.save', kind: 'change' },
    secretive: true,
    body: strict({
      name: Title,
      issuer: Issuer,
      clientId: ClientId,
      /** Left out: the one that is kept, unless issuer or client change. */
      clientSecret: Type.Optional(Type.String({ pattern: '^[\\x20-\\x7e]{1,1000}$' })),
      scopes: Scopes,
    }),
    response: { status: 200, body: strict({ provider: IdentityProvider }) },
  }),
  testIdentityProvider: route({
    operationId: 'testIdentityProvider',
    method: 'POST',
    path: '/v1/organisation/identity-provider/test',
    summary: 'Asks the identity provider for its configuration and keys',
    access: member('organisation.manage', 'none'),
    audit: { action: 'identity_provider.test', kind: 'change' },
    response: {
      status: 200,
      body: strict({ keys: Type.Integer(), namesItself: Type.Boolean(), pkce: Type.Boolean() }),
    },
  }),
  removeIdentityProvider: route({
    operationId: 'removeIdentityProvider',
    method: 'DELETE',
    path: '/v1/organisation/identity-provider',
    summary: 'Removes the identity provider',
    access: manage,
    audit: { action: 'identity_provider.remove', kind: 'change' },
    response: { status: 204 },
  }),
  addDomain: route({
    operationId: 'addDomain',
    method: 'POST',
    path: '/v1/organisation/domains',
    summary: 'Adds a domain of e-mail addresses that is to be proven',
    access: manage,
    audit: { action: 'domain.add', kind: 'change' },
    body: strict({ domain: DomainName }),
    response: { status: 201, body: strict({ domain: SignOnDomain }) },
  }),
  checkDomain: route({
    operationId: 'checkDomain',
    method: 'POST',
    path: '/v1/organisation/domains/:domain/check',
    summary: 'Looks for the proof of a domain: a DNS record, or a file',
    access: manage,
    audit: { action: 'domain.check', kind: 'change' },
    params: strict({ domain: Id }),
    response: { status: 200, body: strict({ domain: SignOnDomain }) },
  }),
  removeDomain: route({
    operationId: 'removeDomain',
    method: 'DELETE',
    path: '/v1/organisation/domains/:domain',
    summary: 'Removes a domain',
    access: manage,
    audit: { action: 'domain.remove', kind: 'change' },
    params: strict({ domain: Id }),
    response: { status: 204 },
  }),
  changeSignOnPolicy: route({
    operationId: 'changeSignOnPolicy',
    method: 'PUT',
    path: '/v1/organisation/single-sign-on/policy',
    summary: 'Who may sign in how, who joins by domain, and who keeps a password whatever happens',
    access: manage,
    audit: { action: 'single_sign_on.policy', kind: 'change' },
    body: SignOnPolicy,
    response: { status: 200, body: SignOnPolicy },
  }),
} as const

export const singleSignOnRoutes = { ...signingInRoutes, ...ownRoutes, ...settingRoutes } as const
