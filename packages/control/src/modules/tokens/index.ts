/**
 * Tokens, and whom a credential stands for. Owns the table `tokens` and the form of all secrets that the server checks.
 * Guarantees: only hashes are kept; a wrong checksum never reaches the database; a token has an end and its scopes are
 * those that a device endorsed and the data plane accepted; one that ended is refused at once in this process, within a
 * second in others. A person's own token may do what the person may now.
 * Refuses tokens without an end, and whole tokens: their signing seed is the client's alone.
 */
import { type Authenticator, createAuthenticator, type FindHolder } from './authenticate.ts'
import { createTokenFinder } from './find-token.ts'
import { createSeenCredentialEnder, endMadeTokens, endTokensOf, type EndMadeTokens } from './revoke-token.ts'
import { createTokenHandlers, type TokenHandlers } from './routes.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { TokenSetting } from './setting.ts'
import { listMadeTokens } from './store.ts'

export type { FindHolder, Holder } from './authenticate.ts'
export { drawSecret, hashSecret, readSecretKind } from './secret.ts'
export { hasToken } from './store.ts'
export type { EndMadeTokens } from './revoke-token.ts'
export type { TokenSetting } from './setting.ts'

export type MadeToken = { readonly id: string; readonly name: string }

export type TokensModule = Authenticator & {
  readonly handlers: TokenHandlers
  /** Ends a person's own tokens in the caller's transaction; who waits with one is cut off. */
  readonly endTokensOf: (tx: Transaction, account: { organisation: string; person: string }) => Promise<void>
  /** Ends the tokens of programs that a person made, in the caller's transaction, with an entry each; gives how many. */
  readonly endMadeTokens: (tx: Transaction, made: EndMadeTokens) => Promise<number>
  /** Tokens of programs that a person made and that still work. */
  readonly listMadeTokens: (tx: Transaction, person: string) => Promise<readonly MadeToken[]>
  /** Ends a token or session that came over plain HTTP. */
  readonly endSeenCredential: (credential: string) => Promise<void>
}

/** Whom a secret stands for know the modules `people` (sessions), `provisioning` and `operators`. */
type Finders = {
  readonly findSession: FindHolder
  readonly findProvisioner: FindHolder
  /** Absent where there are no operators, as in tests of other modules. */
  readonly findOperator?: FindHolder
}

export function createTokens(
  setting: TokenSetting,
  { findSession, findProvisioner, findOperator }: Finders,
): TokensModule {
  const clock = () => setting.now().getTime()
  const findToken = createTokenFinder(setting)
  const finders = {
    svc: findToken,
    usr: findToken,
    ses: findSession,
    prv: findProvisioner,
    ...(findOperator && { ops: findOperator }),
  }
  const authenticator = createAuthenticator(finders, clock)
  return {
    ...authenticator,
    endTokensOf: (tx, account) => endTokensOf(setting, tx, account, authenticator.forget),
    endMadeTokens: (tx, made) => endMadeTokens(setting, tx, made, authenticator.forget),
    listMadeTokens: (tx, person) => listMadeTokens(tx, person, setting.now().toISOString()),
    handlers: createTokenHandlers(setting, authenticator.forget),
    endSeenCredential: createSeenCredentialEnder(setting, authenticator.forget),
  }
}
