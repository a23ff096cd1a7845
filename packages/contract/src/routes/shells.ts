/** Signing a shell in from a browser: an authorisation code with PKCE (RFC 8252, RFC 7636), given by who is signed in. */
import { Type } from 'typebox'
import { anyone, member, route } from '../route.ts'
import { Id, strict, Time } from '../schema.ts'
import { Session } from './session.ts'

/** 256 bits in base64url: the shell's secret, or its SHA-256. */
const Bits = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })

export const shellRoutes = {
  confirmShell: route({
    operationId: 'confirmShell',
    method: 'POST',
    path: '/v1/me/shells',
    summary: 'Lets a shell sign in as the caller: gives the code that the shell needs besides its own secret',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'shell.confirm', kind: 'change' },
    secretive: true,
    /** SHA-256 of the shell's secret. */
    body: strict({ challenge: Bits }),
    response: { status: 201, body: strict({ organisation: Id, code: Type.String(), expires: Time }) },
  }),
  signInShell: route({
    operationId: 'signInShell',
    method: 'POST',
    path: '/v1/sessions/shell',
    summary: 'Signs a shell in that somebody has confirmed in a browser, once',
    access: anyone,
    audit: { action: 'shell.sign_in', kind: 'change' },
    secretive: true,
    body: strict({ organisation: Id, code: Type.String({ minLength: 1, maxLength: 100 }), verifier: Bits }),
    /** `email`: of who confirmed. */
    response: { status: 201, body: strict({ organisation: Id, session: Session, email: Type.String() }) },
  }),
} as const
