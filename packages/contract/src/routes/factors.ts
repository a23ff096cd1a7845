/** Second factors, step-up, sessions, and what the organisation demands of them. */
import { Type, type Static } from 'typebox'
import { anyone, member, route } from '../route.ts'
import { Id, nullable, strict, Time, Title } from '../schema.ts'
import { Session } from './session.ts'

/** base64url of at most so many characters, not empty. */
export const bytes = (longest: number) => Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: longest })
const CredentialId = bytes(1400)
const Transports = Type.Array(Type.String({ pattern: '^[a-z-]{1,30}$' }), { maxItems: 10 })
const KnownKey = strict({ id: CredentialId, type: Type.Literal('public-key'), transports: Transports })

/** What `PublicKeyCredential.parseRequestOptionsFromJSON` takes (WebAuthn level 3, section 5.1.9). */
export const PasskeyRequest = strict({
  challenge: bytes(100),
  rpId: Type.String(),
  timeout: Type.Integer(),
  userVerification: Type.Literal('required'),
  allowCredentials: Type.Array(KnownKey),
})
export type PasskeyRequest = Static<typeof PasskeyRequest>

/** What `PublicKeyCredential.parseCreationOptionsFromJSON` takes (WebAuthn level 3, section 5.1.8). */
export const PasskeyCreation = strict({
  challenge: bytes(100),
  rp: strict({ id: Type.String(), name: Type.String() }),
  user: strict({ id: bytes(100), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(strict({ type: Type.Literal('public-key'), alg: Type.Integer() })),
  timeout: Type.Integer(),
  attestation: Type.Literal('none'),
  authenticatorSelection: strict({
    /** `required` of operators, who sign in by the passkey alone. */
    residentKey: Type.Union([Type.Literal('discouraged'), Type.Literal('required')]),
    userVerification: Type.Literal('required'),
  }),
  excludeCredentials: Type.Array(KnownKey),
})
export type PasskeyCreation = Static<typeof PasskeyCreation>

/** An authenticator's answer to a creation: fields of the same names in `credential.toJSON()`. */
export const PasskeyMade = strict({
  id: CredentialId,
  clientDataJSON: bytes(10_000),
  attestationObject: bytes(20_000),
  transports: Transports,
})
export type PasskeyMade = Static<typeof PasskeyMade>

/** An authenticator's answer to a request. */
export const PasskeyUsed = strict({
  id: CredentialId,
  clientDataJSON: bytes(10_000),
  authenticatorData: bytes(10_000),
  signature: bytes(10_000),
})
export type PasskeyUsed = Static<typeof PasskeyUsed>

const TotpCode = Type.String({ pattern: '^[0-9]{6}$' })
const FactorProof = [
  strict({ kind: Type.Literal('totp'), code: TotpCode }),
  strict({ kind: Type.Literal('recovery'), code: Type.String({ minLength: 1, maxLength: 100 }) }),
  strict({ kind: Type.Literal('passkey'), answer: PasskeyUsed }),
] as const
/** Shows a second factor. */
export const SecondProof = Type.Union([...FactorProof])
export type SecondProof = Static<typeof SecondProof>
const PasswordProof = strict({ kind: Type.Literal('password'), password: Type.String({ maxLength: 1000 }) })
export const StepUpProof = Type.Union([PasswordProof, ...FactorProof])
export type StepUpProof = Static<typeof StepUpProof>

export const FactorKind = Type.Union([Type.Literal('totp'), Type.Literal('passkey'), Type.Literal('recovery')])
export type FactorKind = Static<typeof FactorKind>

/** A right password of an account with a second factor: what may be shown next, until when. */
export const PendingSignIn = strict({
  secret: Type.String(),
  factors: Type.Array(FactorKind),
  /** For the browser's authenticator; null when the account has no passkey that works under this name. */
  passkey: nullable(PasskeyRequest),
  expires: Time,
})
export type PendingSignIn = Static<typeof PendingSignIn>

const Passkey = strict({ id: Id, name: Title, created: Time, lastUsed: nullable(Time) })
const RecoveryCodes = Type.Array(Type.String())

/** What the organisation demands of its members' sessions. */
export const SecurityPolicy = strict({
  secondFactor: Type.Union([Type.Literal('none'), Type.Literal('all')]),
  /** Minutes without use after which a session ends: 5 minutes to 7 days. */
  idleMinutes: Type.Integer({ minimum: 5, maximum: 7 * 1440 }),
  /** Minutes after which a session ends in any case: 1 hour to 30 days, and not before the idle limit. */
  longestMinutes: Type.Integer({ minimum: 60, maximum: 30 * 1440 }),
})
export type SecurityPolicy = Static<typeof SecurityPolicy>

export const OpenSession = strict({
  id: Id,
  /** Program and system in few words, from the user agent. */
  program: Type.String(),
  address: Type.String(),
  created: Time,
  /** To the minute. */
  lastUsed: Time,
  expires: Time,
  /** The one that asks. */
  current: Type.Boolean(),
})
export type OpenSession = Static<typeof OpenSession>

/** One's own factors: also for who may do nothing else before having one. */
const enrolment = member('self.use', 'none', { sudo: true, limited: true })
const ownFactors = member('self.use', 'none', { sudo: true })

const signingInRoutes = {
  completeSignIn: route({
    operationId: 'completeSignIn',
    method: 'POST',
    path: '/v1/sessions/complete',
    summary: 'Signs a person in who has shown the password, by a second factor',
    access: anyone,
    audit: { action: 'session.complete', kind: 'change' },
    body: strict({
      organisation: Id,
      pending: Type.String({ maxLength: 100 }),
      proof: SecondProof,
      browser: Type.Optional(Type.Boolean()),
    }),
    response: { status: 201, body: strict({ organisation: Id, session: nullable(Session) }) },
  }),
  beginStepUp: route({
    operationId: 'beginStepUp',
    method: 'POST',
    path: '/v1/sessions/current/step-up/begin',
    summary: 'How this person proves that it is still them: by a second factor, or without one by the password',
    access: member('self.use', 'none', { limited: true }),
    audit: { action: 'session.step_up_begin', kind: 'change' },
    response: {
      status: 201,
      body: strict({
        /** `provider`: a fresh sign-in at the identity provider (`beginProviderStepUp`). */
        proofs: Type.Array(Type.Union([Type.Literal('password'), Type.Literal('provider'), FactorKind])),
        passkey: nullable(PasskeyRequest),
      }),
    },
  }),
  stepUp: route({
    operationId: 'stepUp',
    method: 'POST',
    path: '/v1/sessions/current/step-up',
    summary:
      'Proves that it is still them: for ten minutes this session may change what is sensitive; its secret is new',
    access: member('self.use', 'none', { limited: true }),
    audit: { action: 'session.step_up', kind: 'change' },
    secretive: true,
    body: strict({ proof: StepUpProof }),
    response: { status: 201, body: strict({ session: nullable(Session) }) },
  }),
} as const

const sessionRoutes = {
  listSessions: route({
    operationId: 'listSessions',
    method: 'GET',
    path: '/v1/sessions',
    summary: 'The caller’s own open sessions',
    access: member('self.use', 'none'),
    audit: { action: 'session.list', kind: 'read' },
    response: { status: 200, body: strict({ sessions: Type.Array(OpenSession) }) },
  }),
  endSession: route({
    operationId: 'endSession',
    method: 'DELETE',
    path: '/v1/sessions/:session',
    summary: 'Ends one of the caller’s own sessions',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'session.revoke', kind: 'change' },
    params: strict({ session: Id }),
    response: { status: 204 },
  }),
  endOtherSessions: route({
    operationId: 'endOtherSessions',
    method: 'POST',
    path: '/v1/sessions/end-others',
    summary: 'Ends all of the caller’s own sessions but this one',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'session.revoke_others', kind: 'change' },
    response: { status: 200, body: strict({ ended: Type.Integer() }) },
  }),
} as const

const ownFactorRoutes = {
  readSecurity: route({
    operationId: 'readSecurity',
    method: 'GET',
    path: '/v1/me/security',
    summary: 'The caller’s own second factors, and what the organisation demands',
    access: member('self.use', 'none', { limited: true }),
    audit: { action: 'security.read', kind: 'read' },
    response: {
      status: 200,
      body: strict({
        totp: nullable(strict({ created: Time })),
        passkeys: Type.Array(Passkey),
        /** How many are left. */
        recoveryCodes: Type.Integer(),
        policy: SecurityPolicy,
        /** Whether the caller may change the policy. */
        managesPolicy: Type.Boolean(),
      }),
    },
  }),
  startTotp: route({
    operationId: 'startTotp',
    method: 'POST',
    path: '/v1/me/totp',
    summary: 'Draws a secret for an authenticator app; it counts once a code of it was shown',
    access: enrolment,
    audit: { action: 'factor.totp_begin', kind: 'change' },
    secretive: true,
    response: { status: 201, body: strict({ secret: Type.String(), uri: Type.String() }) },
  }),
  confirmTotp: route({
    operationId: 'confirmTotp',
    method: 'POST',
    path: '/v1/me/totp/confirm',
    summary: 'Shows a code of the new authenticator app, which from then on is asked for; replaces an earlier one',
    access: enrolment,
    audit: { action: 'factor.totp_add', kind: 'change' },
    secretive: true,
    body: strict({ code: TotpCode }),
    response: { status: 201, body: strict({ recoveryCodes: nullable(RecoveryCodes) }) },
  }),
  removeTotp: route({
    operationId: 'removeTotp',
    method: 'DELETE',
    path: '/v1/me/totp',
    summary: 'Removes the authenticator app',
    access: ownFactors,
    audit: { action: 'factor.totp_remove', kind: 'change' },
    response: { status: 204 },
  }),
  beginPasskey: route({
    operationId: 'beginPasskey',
    method: 'POST',
    path: '/v1/me/passkeys/begin',
    summary: 'A challenge for a new passkey: once, for five minutes',
    access: enrolment,
    audit: { action: 'factor.passkey_begin', kind: 'change' },
    response: { status: 201, body: PasskeyCreation },
  }),
  addPasskey: route({
    operationId: 'addPasskey',
    method: 'POST',
    path: '/v1/me/passkeys',
    summary: 'Adds a passkey',
    access: enrolment,
    audit: { action: 'factor.passkey_add', kind: 'change' },
    secretive: true,
    body: strict({ name: Title, answer: PasskeyMade }),
    response: { status: 201, body: strict({ passkey: Passkey, recoveryCodes: nullable(RecoveryCodes) }) },
  }),
  removePasskey: route({
    operationId: 'removePasskey',
    method: 'DELETE',
    path: '/v1/me/passkeys/:passkey',
    summary: 'Removes a passkey',
    access: ownFactors,
    audit: { action: 'factor.passkey_remove', kind: 'change' },
    params: strict({ passkey: Id }),
    response: { status: 204 },
  }),
  renewRecoveryCodes: route({
    operationId: 'renewRecoveryCodes',
    method: 'POST',
    path: '/v1/me/recovery-codes',
    summary: 'Makes ten new recovery codes; earlier ones end',
    access: ownFactors,
    audit: { action: 'factor.recovery_renew', kind: 'change' },
    secretive: true,
    response: { status: 201, body: strict({ recoveryCodes: RecoveryCodes }) },
  }),
  changeSecurityPolicy: route({
    operationId: 'changeSecurityPolicy',
    method: 'PUT',
    path: '/v1/organisation/security-policy',
    summary: 'What the organisation demands of its members’ sessions; holds for open ones at once',
    access: member('organisation.manage', 'none', { sudo: true }),
    audit: { action: 'organisation.security_policy', kind: 'change' },
    body: SecurityPolicy,
    response: { status: 200, body: SecurityPolicy },
  }),
} as const

export const factorRoutes = { ...signingInRoutes, ...sessionRoutes, ...ownFactorRoutes } as const
