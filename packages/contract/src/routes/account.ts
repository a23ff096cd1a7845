import { Type, type Static } from 'typebox'
import { roles } from '../permissions.ts'
import { Proof } from '../proof.ts'
import { anyone, member, route } from '../route.ts'
import { Base64Url, Custody, Digest, Id, nullable, Scope, strict, Time, Title, TokenActions } from '../schema.ts'
import { Signed } from '../statements.ts'
import { AddressRanges } from './addresses.ts'
import { PendingSignIn } from './factors.ts'
import { Maintenance } from './maintenance.ts'
import { Session } from './session.ts'

export const Email = Type.String({ pattern: '^[^@\\s]{1,64}@[^@\\s]{1,190}$', maxLength: 254 })
export const Password = Type.String({ minLength: 15, maxLength: 1000 })
const RoleName = Type.Enum([...roles])
const DeviceKey = strict({ publicKey: Base64Url, name: Title })

export const SetupAnswer = strict({
  organisation: Id,
  project: Id,
  /** Null for a browser: the session is in its cookie. */
  session: nullable(Session),
  roster: Signed,
  anchorPublicKey: Base64Url,
})
export type SetupAnswer = Static<typeof SetupAnswer>

export const Token = strict({
  id: Id,
  project: Id,
  name: Title,
  scopes: Type.Array(Scope),
  created: Time,
  expires: Time,
  revoked: nullable(Time),
  lastUsed: nullable(Time),
  /** Block of network addresses of the last use. */
  lastUsedFrom: nullable(Type.String()),
  /** `svc`: a program's. `usr`: a person's own. */
  kind: Type.Union([Type.Literal('svc'), Type.Literal('usr')]),
  /** Whose own it is. */
  person: nullable(Id),
  /** Who made it, member or not; null for a token of before this was noted. */
  createdBy: nullable(Id),
  /** What it is limited to besides its scopes; null: nothing. */
  actions: nullable(TokenActions),
  /** The token that it took over from. */
  replaces: nullable(Id),
})

/** What is asked for a new token. `endorsement` is a roster statement of the same terms. */
export const tokenTerms = {
  id: Id,
  project: Id,
  name: Title,
  scopes: Type.Array(Scope, { minItems: 1, maxItems: 100 }),
  expires: Time,
  actions: Type.Optional(TokenActions),
  /** From where it may be used; everywhere when empty. Not in the endorsement. */
  addresses: Type.Optional(AddressRanges),
  endorsement: Signed,
}

/** A member of the organisation. */
export const Person = strict({
  id: Id,
  name: nullable(Title),
  email: Email,
  /** What the person may do: the own role, or a stronger one of a group. */
  role: RoleName,
  ownRole: RoleName,
  /** Since when the person may do nothing here. */
  suspended: nullable(Time),
  /** An identity provider made the account. */
  provisioned: Type.Boolean(),
  created: Time,
})
export type Person = Static<typeof Person>

export const accountRoutes = {
  readHealth: route({
    operationId: 'readHealth',
    method: 'GET',
    path: '/v1/health',
    summary: 'Whether this node serves requests',
    access: anyone,
    audit: { action: 'health.read', kind: 'none' },
    response: { status: 200, body: strict({ status: Type.Literal('ok'), version: Type.String() }) },
  }),
  readInstallation: route({
    operationId: 'readInstallation',
    method: 'GET',
    path: '/v1/installation',
    summary: 'What anyone may know of this installation: whether it is set up, its custody mode, its server pin',
    access: anyone,
    audit: { action: 'installation.read', kind: 'none' },
    response: {
      status: 200,
      body: strict({
        claimed: Type.Boolean(),
        /** Of this installation's own data plane; that of each organisation is told its members. */
        custody: Custody,
        serverPin: Digest,
        /** Where mails to people go: out, or into the outbox of the server's own folder. */
        mail: Type.Union([Type.Literal('smtp'), Type.Literal('outbox')]),
        /** Work on the installation that its operators announced; null when there is none ahead. */
        maintenance: nullable(Maintenance),
      }),
    },
  }),
  setUp: route({
    operationId: 'setUp',
    method: 'POST',
    path: '/v1/setup',
    summary: 'Claims an organisation with the one-time secret of its data plane; makes the owner and a first project',
    access: anyone,
    audit: { action: 'organisation.setup', kind: 'change' },
    body: strict({
      organisation: Id,
      name: Title,
      project: Title,
      email: Email,
      password: Password,
      device: DeviceKey,
      mac: Digest,
      /** What the owner wants to be called. */
      personName: Type.Optional(Title),
      /** The session goes into a cookie of this browser, and is not in the answer. */
      browser: Type.Optional(Type.Boolean()),
    }),
    response: { status: 201, body: SetupAnswer },
  }),
  signIn: route({
    operationId: 'signIn',
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Signs a person in',
    access: anyone,
    audit: { action: 'session.create', kind: 'change' },
    body: strict({
      email: Email,
      password: Type.String({ maxLength: 1000 }),
      browser: Type.Optional(Type.Boolean()),
      proof: Type.Optional(Proof),
    }),
    response: {
      status: 201,
      body: strict({
        organisation: Id,
        session: nullable(Session),
        /** The account has a second factor: `completeSignIn` gives the session. */
        pending: nullable(PendingSignIn),
        /** The organisation demands a second factor and the account has none: this session may only add one. */
        factorNeeded: Type.Boolean(),
      }),
    },
  }),
  signOut: route({
    operationId: 'signOut',
    method: 'DELETE',
    path: '/v1/sessions/current',
    summary: 'Ends this session',
    access: member('self.use', 'none', { limited: true }),
    audit: { action: 'session.end', kind: 'change' },
    response: { status: 204 },
  }),
  readSelf: route({
    operationId: 'readSelf',
    method: 'GET',
    path: '/v1/me',
    summary: 'Who is calling, with which scopes',
    access: member('self.use', 'any', { limited: true }),
    audit: { action: 'self.read', kind: 'read' },
    response: {
      status: 200,
      body: strict({
        kind: Type.Union([Type.Literal('person'), Type.Literal('token')]),
        id: Id,
        organisation: Id,
        organisationName: Title,
        /** As the organisation's data plane says that it runs. */
        custody: Custody,
        dataPlane: Type.Union([Type.Literal('connected'), Type.Literal('away')]),
        /** The token's project; null for people. */
        project: nullable(Id),
        scopes: nullable(Type.Array(Scope)),
        /** Of people; null for tokens. */
        name: nullable(Title),
        email: nullable(Email),
        role: nullable(RoleName),
        /** When the session ends however much it is used, and when it ends unless it is used; null for tokens. */
        session: nullable(strict({ id: Id, expires: Time, expiresIdle: Time })),
        /** The organisation demands a second factor and this person has none: nothing else is allowed before. */
        factorNeeded: Type.Boolean(),
      }),
    },
  }),
  listPeople: route({
    operationId: 'listPeople',
    method: 'GET',
    path: '/v1/people',
    summary: 'The organisation’s members, with names and e-mail addresses',
    access: member('people.read', 'none'),
    audit: { action: 'people.list', kind: 'read' },
    response: { status: 200, body: strict({ people: Type.Array(Person) }) },
  }),
  listTokens: route({
    operationId: 'listTokens',
    method: 'GET',
    path: '/v1/tokens',
    summary: 'The organisation’s tokens, without their secrets',
    access: member('token.read', 'none'),
    audit: { action: 'token.list', kind: 'read' },
    response: { status: 200, body: strict({ tokens: Type.Array(Token) }) },
  }),
  createToken: route({
    operationId: 'createToken',
    method: 'POST',
    path: '/v1/tokens',
    summary: 'Makes a token; its server half is shown this once',
    access: member('token.manage', 'none', { sudo: true }),
    audit: { action: 'token.create', kind: 'change' },
    body: strict(tokenTerms),
    response: { status: 201, body: strict({ token: Token, secret: Type.String() }) },
  }),
  revokeToken: route({
    operationId: 'revokeToken',
    method: 'DELETE',
    path: '/v1/tokens/:token',
    summary: 'Ends a token at once',
    access: member('token.manage', 'none', { sudo: true }),
    audit: { action: 'token.revoke', kind: 'change' },
    params: strict({ token: Id }),
    response: { status: 204 },
  }),
  readRoster: route({
    operationId: 'readRoster',
    method: 'GET',
    path: '/v1/roster',
    summary: 'The signed, chained list of devices and tokens that the data plane believes',
    access: member('roster.read', 'any'),
    audit: { action: 'roster.read', kind: 'read' },
    response: { status: 200, body: strict({ statements: Type.Array(Signed), anchorPublicKey: Base64Url }) },
  }),
  submitRoster: route({
    operationId: 'submitRoster',
    method: 'POST',
    path: '/v1/roster',
    summary: 'Passes a signed change of the roster on to the data plane',
    access: member('roster.change', 'none'),
    audit: { action: 'roster.change', kind: 'change' },
    body: strict({ statement: Signed }),
    response: { status: 201, body: strict({ number: Type.Integer() }) },
  }),
} as const
