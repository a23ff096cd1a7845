/**
 * Who a credential stands for. Answers are kept for a second at most, so that thousands of calls a second cost one
 * look-up; what ends in this process is forgotten at once.
 */
import { failAccess, type Principal } from '../../platform/access.ts'
import type { AuditActor } from '../../platform/audit-port.ts'
import type { AppError } from '../../platform/errors.ts'
import { failToken } from './errors.ts'
import { hashSecret, readSecretKind, type SecretKind } from './secret.ts'

const freshFor = 1_000
const mostKept = 10_000

/** What is known of a credential that was found. `expires` and `sudoUntil` (of a session) in ms since 1970. */
export type Holder =
  | {
      readonly principal: Principal
      readonly expires: number
      readonly whenExpired: AppError
      readonly sudoUntil?: number
    }
  | { readonly refused: AppError; readonly organisation: string; readonly actor: AuditActor }

/** Finds the holder of a secret by its hash; undefined when nobody has it. `address`: where it was used. */
export type FindHolder = (hash: Buffer, address: string | null) => Promise<Holder | undefined>

/** `organisation` and `actor` say whose log a refusal belongs to, when that is known. */
type Authenticated =
  | { readonly principal: Principal }
  | { readonly refused: AppError; readonly organisation?: string; readonly actor?: AuditActor }

/** `address`: the network address that it came from. */
type PresentedCredential = {
  readonly secret: string
  readonly cookie: boolean
  readonly address: string | null
}

export type Authenticator = {
  readonly authenticate: (credential: PresentedCredential) => Promise<Authenticated>
  /** Forgets what is known of the token or session of this id: it has ended, or changed. */
  readonly forget: (id: string) => void
}

/** How the holder of each kind is found; a kind without one has no holders. */
export type Finders = Partial<Record<SecretKind, FindHolder>>

/** `id`: the token's or session's, once it is known. */
type Entry = { readonly holder: Promise<Holder | undefined>; readonly until: number; id?: string }

export function createAuthenticator(find: Finders, clock: () => number): Authenticator {
  const entries = new Map<string, Entry>()

  function findHolder(kind: SecretKind, secret: string, address: string | null): Promise<Holder | undefined> {
    const hash = hashSecret(secret)
    const key = hash.toString('base64')
    const known = entries.get(key)
    if (known !== undefined && known.until > clock()) return known.holder
    const entry: Entry = { holder: findOf(kind)(hash, address), until: clock() + freshFor }
    keep(key, entry)
    // Strangers and failures are not kept: what nobody has may be made the next moment.
    entry.holder.then(
      (holder) => (holder === undefined ? drop(key, entry) : (entry.id = credentialOf(holder))),
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

  function findOf(kind: SecretKind): FindHolder {
    return find[kind] ?? (() => Promise.resolve(undefined))
  }
  async function authenticate({ secret, cookie, address }: PresentedCredential): Promise<Authenticated> {
    if (!cookie && secret.includes('.') && isTokenKind(readSecretKind(secret.split('.', 1)[0] ?? ''))) {
      return { refused: failToken('token.whole_sent') }
    }
    const kind = readSecretKind(secret)
    // A browser holds a session and never a token.
    if (kind === undefined || kind === 'inv' || kind === 'rst' || (cookie && kind !== 'ses')) {
      return { refused: failAccess('access.unauthenticated') }
    }
    return judge(await findHolder(kind, secret, address), cookie, clock())
  }
  function forget(id: string): void {
    // What is being looked up may turn out to be it, and have been read before it ended.
    for (const [key, entry] of entries) if (entry.id === undefined || entry.id === id) entries.delete(key)
  }
  return { authenticate, forget }
}

function credentialOf(holder: Holder): string {
  if ('refused' in holder) return holder.actor.id ?? ''
  return holder.principal.kind === 'person' ? holder.principal.session : holder.principal.id
}

function isTokenKind(kind: SecretKind | undefined): boolean {
  return kind !== undefined && kind !== 'ses'
}

function judge(holder: Holder | undefined, cookie: boolean, now: number): Authenticated {
  if (holder === undefined) return { refused: failAccess('access.unauthenticated') }
  if ('refused' in holder) return holder
  const { principal, expires, whenExpired, sudoUntil = 0 } = holder
  if (expires <= now) {
    const actor = { kind: principal.kind, id: principal.id }
    return { refused: whenExpired, organisation: principal.organisation, actor }
  }
  return { principal: principal.kind === 'person' ? { ...principal, cookie, sudo: sudoUntil > now } : principal }
}
