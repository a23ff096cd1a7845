/**
 * Tokens, and whom a credential stands for. Owns the table `tokens` and the form of all secrets that the server checks.
 * Guarantees: only hashes are kept; a wrong checksum never reaches the database; a token has an end and its scopes are
 * those that a device endorsed and the data plane accepted; one that ended is refused at once in this process, within a
 * second in others. A person's own token may do what the person may now.
 * Refuses tokens without an end, and whole tokens: their signing seed is the client's alone.
 */
import { type Authenticator, createAuthenticator, type FindHolder } from './authenticate.ts'
import { createTokenFinder } from './find-token.ts'
import { createSeenCredentialEnder } from './revoke-token.ts'
import { createTokenHandlers, type TokenHandlers } from './routes.ts'
import type { TokenSetting } from './setting.ts'

export type { FindHolder, Holder } from './authenticate.ts'
export { drawSecret, hashSecret, readSecretKind } from './secret.ts'
export { hasToken } from './store.ts'
export type { TokenSetting } from './setting.ts'

export type TokensModule = Authenticator & {
  readonly handlers: TokenHandlers
  /** Ends a token or session that came over plain HTTP. */
  readonly endSeenCredential: (credential: string) => Promise<void>
}

/** `findSession` and `findOperator` find whom a session's secret stands for: they are those of `people` and `operators`. */
export function createTokens(setting: TokenSetting, findSession: FindHolder, findOperator?: FindHolder): TokensModule {
  const clock = () => setting.now().getTime()
  const findToken = createTokenFinder(setting)
  const operators = findOperator && { ops: findOperator }
  const authenticator = createAuthenticator({ svc: findToken, usr: findToken, ses: findSession, ...operators }, clock)
  return {
    ...authenticator,
    handlers: createTokenHandlers(setting, authenticator.forget),
    endSeenCredential: createSeenCredentialEnder(setting, authenticator.forget),
  }
}
