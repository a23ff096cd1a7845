import { Type } from 'typebox'
import { anyone, member, route } from '../route.ts'
import { Id, strict, Time } from '../schema.ts'
import { Signed } from '../statements.ts'
import { Token, tokenTerms } from './account.ts'

const TokenParams = strict({ token: Id })
const Made = strict({ token: Token, secret: Type.String() })

/** A successor with the same terms; both statements continue the roster, one after the other. */
const Rotation = strict({
  /** The successor's id. */
  id: Id,
  /** When the successor ends. */
  expires: Time,
  /** When the old one ends by itself: within seven days. */
  oldExpires: Time,
  /** Endorses the successor. */
  endorsement: Signed,
  /** Ends the old one at `oldExpires`. */
  ending: Signed,
})

export const tokenRoutes = {
  rotateToken: route({
    operationId: 'rotateToken',
    method: 'POST',
    path: '/v1/tokens/:token/rotation',
    summary: 'Makes a successor of a token with the same terms; the old one ends by itself after an overlap',
    access: member('token.manage', 'none', { sudo: true }),
    audit: { action: 'token.rotate', kind: 'change' },
    params: TokenParams,
    body: Rotation,
    response: { status: 201, body: Made },
  }),
  listOwnTokens: route({
    operationId: 'listOwnTokens',
    method: 'GET',
    path: '/v1/me/tokens',
    summary: 'The caller’s own tokens, without their secrets',
    access: member('token.own', 'none'),
    audit: { action: 'token.list', kind: 'read' },
    response: { status: 200, body: strict({ tokens: Type.Array(Token) }) },
  }),
  createOwnToken: route({
    operationId: 'createOwnToken',
    method: 'POST',
    path: '/v1/me/tokens',
    summary: 'Makes a token of the caller’s own: it may do at most what the caller may, and ends with the membership',
    access: member('token.own', 'none', { sudo: true }),
    audit: { action: 'token.create', kind: 'change' },
    body: strict(tokenTerms),
    response: { status: 201, body: Made },
  }),
  rotateOwnToken: route({
    operationId: 'rotateOwnToken',
    method: 'POST',
    path: '/v1/me/tokens/:token/rotation',
    summary: 'As `rotateToken`, for a token of the caller’s own',
    access: member('token.own', 'none', { sudo: true }),
    audit: { action: 'token.rotate', kind: 'change' },
    params: TokenParams,
    body: Rotation,
    response: { status: 201, body: Made },
  }),
  revokeOwnToken: route({
    operationId: 'revokeOwnToken',
    method: 'DELETE',
    path: '/v1/me/tokens/:token',
    summary: 'Ends a token of the caller’s own at once',
    access: member('token.own', 'none'),
    audit: { action: 'token.revoke', kind: 'change' },
    params: TokenParams,
    response: { status: 204 },
  }),
  readTokenFormat: route({
    operationId: 'readTokenFormat',
    method: 'GET',
    path: '/v1/token-format',
    summary: 'What tokens look like, for scanners of repositories and logs, and where to report one',
    access: anyone,
    audit: { action: 'token_format.read', kind: 'none' },
    response: {
      status: 200,
      body: strict({
        pattern: Type.String(),
        kinds: Type.Array(strict({ prefix: Type.String(), about: Type.String() })),
        checksum: Type.String(),
        report: Type.String(),
      }),
    },
  }),
  reportLeakedToken: route({
    operationId: 'reportLeakedToken',
    method: 'POST',
    path: '/v1/leaked-tokens',
    summary: 'Ends a token that was found where it should not be; the answer is the same whether there is such a token',
    access: anyone,
    audit: { action: 'token.report', kind: 'change' },
    body: strict({ token: Type.String({ minLength: 1, maxLength: 1000 }) }),
    response: { status: 202, body: strict({ received: Type.Literal(true) }) },
  }),
} as const
