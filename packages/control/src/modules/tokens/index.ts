/**
 * Tokens, and whom a credential stands for. Owns the table `tokens` and the form of all secrets that the server checks.
 * Guarantees: only hashes are kept; a wrong checksum never reaches the database; a token has an end and its scopes are
 * those that a device endorsed and the data plane accepted; one that ended is refused at once in this process, within a
 * second in others. Refuses tokens without an end, and whole tokens: their signing seed is the client's alone.
 */
import type { Handlers } from '../../platform/http/call.ts'
import { type Authenticator, createAuthenticator, type FindHolder } from './authenticate.ts'
import { createTokenFinder } from './find-token.ts'
import { createSeenTokenEnder } from './revoke-token.ts'
import { createTokenHandlers } from './routes.ts'
import type { TokenSetting } from './setting.ts'

export type { FindHolder, Holder } from './authenticate.ts'
export { drawSecret, hashSecret, readSecretKind } from './secret.ts'
export type { TokenSetting } from './setting.ts'

export type TokensModule = Authenticator & {
  readonly handlers: Handlers<'listTokens' | 'createToken' | 'revokeToken'>
  /** Ends a token that came over plain HTTP. */
  readonly revokeSeenToken: (credential: string) => Promise<void>
}

/** `findSession` finds whom a session's secret stands for: it is the module `people`'s. */
export function createTokens(setting: TokenSetting, findSession: FindHolder): TokensModule {
  const clock = () => setting.now().getTime()
  const authenticator = createAuthenticator({ svc: createTokenFinder(setting), ses: findSession }, clock)
  return {
    ...authenticator,
    handlers: createTokenHandlers(setting, authenticator.forget),
    revokeSeenToken: createSeenTokenEnder(setting, authenticator.forget),
  }
}
