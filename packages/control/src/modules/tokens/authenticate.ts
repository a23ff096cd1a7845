/**
 * Who a credential stands for. Answers are kept for a second at most, so that thousands of calls a second cost one
 * look-up; what ends in this process is forgotten at once.
 */
import { failAccess, type Principal } from '../../platform/access.ts'
import type { AuditActor } from '../../platform/audit-port.ts'
import type { AppError } from '../../platform/errors.ts'
import { failToken } from './errors.ts'
import { hashSecret, readSecretKind, type BearerKind } from './secret.ts'

const freshFor = 1_000
const mostKept = 10_000

/** What is known of a credential that was found. `expires` in ms since 1970. */
export type Holder =
  | { readonly principal: Principal; readonly expires: number; readonly whenExpired: AppError }
  | { readonly refused: AppError; readonly organisation: string; readonly actor: AuditActor }

/** Finds the holder of a secret by its hash; undefined when nobody has it. */
export type FindHolder = (hash: Buffer) => Promise<Holder | undefined>

/** `organisation` and `actor` say whose log a refusal belongs to, when that is known. */
type Authenticated =
  | { readonly principal: Principal }
  | { readonly refused: AppError; readonly organisation?: string; readonly actor?: AuditActor }

export type Authenticator = {
  readonly authenticate: (credential: { readonly secret: string; readonly cookie: boolean }) => Promise<Authenticated>
  /** Forgets what is known by this hash: the credential has ended. */
  readonly forget: (hash: Uint8Array) => void
}

type Entry = { readonly holder: Promise<Holder | undefined>; readonly until: number }

export function createAuthenticator(find: Record<BearerKind, FindHolder>, clock: () => number): Authenticator {
  const entries = new Map<string, Entry>()

  function findHolder(kind: BearerKind, secret: string): Promise<Holder | undefined> {
    const hash = hashSecret(secret)
    const key = hash.toString('base64')
    const known = entries.get(key)
    if (known !== undefined && known.until > clock()) return known.holder
    const entry = { holder: find[kind](hash), until: clock() + freshFor }
    keep(key, entry)
    // Strangers and failures are not kept: what nobody has may be made the next moment.
    entry.holder.then(
      (holder) => holder === undefined && drop(key, entry),
      () => drop(key, entry),
    )
    return entry.holder
  }
  function keep(key: string, entry: Entry): void {
    entries.delete(key)
    entries.set(key, entry)
    if (entries.size > mostKept) entries.delete(entries.keys().next().value as string)
  }
  function drop(key: string, entry: Entry): void {
    if (entries.get(key) === entry) entries.delete(key)
  }

  async function authenticate({ secret, cookie }: { secret: string; cookie: boolean }): Promise<Authenticated> {
    if (!cookie && secret.includes('.') && readSecretKind(secret.split('.', 1)[0] ?? '') === 'svc') {
      return { refused: failToken('token.whole_sent') }
    }
    const kind = readSecretKind(secret)
    // A browser holds a session and never a token.
    if (kind === undefined || kind === 'rst' || (cookie && kind !== 'ses'))
      return { refused: failAccess('access.unauthenticated') }
    return judge(await findHolder(kind, secret), cookie, clock())
  }
  return { authenticate, forget: (hash) => void entries.delete(Buffer.from(hash).toString('base64')) }
}

function judge(holder: Holder | undefined, cookie: boolean, now: number): Authenticated {
  if (holder === undefined) return { refused: failAccess('access.unauthenticated') }
  if ('refused' in holder) return holder
  const { principal, expires, whenExpired } = holder
  if (expires <= now) {
    const actor = { kind: principal.kind, id: principal.id }
    return { refused: whenExpired, organisation: principal.organisation, actor }
  }
  return { principal: principal.kind === 'person' ? { ...principal, cookie } : principal }
}
