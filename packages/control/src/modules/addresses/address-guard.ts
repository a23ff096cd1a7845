/**
 * The one place that decides from where a call may come. An organisation's lists are followed: read at most half a
 * second ago, at once after a change in this process; and who waits while they change is judged again.
 */
import type { AddressListKind } from '@keyhold/contract'
import { failAccess } from '../../platform/access.ts'
import type { AppError } from '../../platform/errors.ts'
import type { Caller } from '../../platform/http/open-calls.ts'
import type { CheckAddress, EnteringCaller } from '../../platform/http/pipeline.ts'
import { createAddressSet, readAddress, type AddressSet } from '../../platform/network-address.ts'
import { openRanges } from './ranges.ts'
import type { AddressSetting } from './setting.ts'
import { readLists } from './store.ts'

const freshFor = 500
const mostKept = 10_000

type Known = { readonly sealed: Buffer; readonly allowed: AddressSet }
/** The lists of an organisation that are not empty, by kind and subject. */
type Policy = ReadonlyMap<string, Known>
type Entry = { policy: Policy | undefined; loading: Promise<Policy> | undefined; until: number }

export type AddressGuard = {
  readonly check: CheckAddress
  /** The lists have changed here: reads them and judges the organisation's open calls and its link. */
  readonly apply: (organisation: string) => Promise<void>
  /** Looks for changes that other nodes made, for the sake of those who wait. */
  readonly follow: () => Promise<void>
}

export function createAddressGuard(setting: AddressSetting): AddressGuard {
  const entries = new Map<string, Entry>()
  const clock = () => setting.now().getTime()

  /** The policy if it is fresh, else the promise of one: most calls need not wait a turn. */
  function findPolicy(organisation: string): Policy | Promise<Policy> {
    const known = entries.get(organisation)
    if (known?.policy !== undefined && known.until > clock()) return known.policy
    return known?.loading ?? load(organisation, known?.policy)
  }
  function load(organisation: string, before: Policy | undefined): Promise<Policy> {
    const entry: Entry = { policy: undefined, loading: undefined, until: 0 }
    entries.delete(organisation)
    entries.set(organisation, entry)
    if (entries.size > mostKept) entries.delete(entries.keys().next().value as string)
    entry.loading = readPolicy(setting, organisation, before).then(
      (policy) => {
        Object.assign(entry, { policy, loading: undefined, until: clock() + freshFor })
        return policy
      },
      (error: unknown) => {
        if (entries.get(organisation) === entry) entries.delete(organisation)
        throw error
      },
    )
    return entry.loading
  }
  function check(caller: Caller | EnteringCaller): Promise<void> | void {
    const policy = findPolicy('principal' in caller ? caller.principal.organisation : caller.organisation)
    if (policy instanceof Promise) return policy.then((loaded) => requireAllowed(loaded, caller))
    requireAllowed(policy, caller)
  }
  async function apply(organisation: string): Promise<void> {
    const policy = await load(organisation, entries.get(organisation)?.policy)
    judge(organisation, policy)
  }
  function judge(organisation: string, policy: Policy): void {
    setting.openCalls.judge(organisation, (caller) => findRefusal(policy, caller))
    const source = setting.link.sourceOf(organisation)
    const listed = policy.get(`data_plane ${organisation}`)
    if (source !== undefined && !isIn(listed, source)) setting.link.drop(organisation)
  }
  async function follow(): Promise<void> {
    const organisations = setting.openCalls.organisations()
    await Promise.all(organisations.map(async (id) => judge(id, await findPolicy(id))))
  }
  return { check, apply, follow }
}

async function readPolicy(
  { database, platformKey }: AddressSetting,
  organisation: string,
  before: Policy | undefined,
): Promise<Policy> {
  const lists = await database.readTenant({ organisation }, readLists)
  return new Map(
    lists.map(({ kind, subject, sealed }): [string, Known] => {
      const key = `${kind} ${subject}`
      const known = before?.get(key)
      if (known?.sealed.equals(sealed)) return [key, known]
      const ranges = openRanges(platformKey, { organisation, kind, subject }, sealed)
      return [key, { sealed, allowed: createAddressSet(ranges) }]
    }),
  )
}

function requireAllowed(policy: Policy, caller: Caller | EnteringCaller): void {
  const refusal = policy.size === 0 ? undefined : findRefusal(policy, caller)
  if (refusal !== undefined) throw refusal
}

/** Every list that concerns the caller must hold its address; one that is not there holds all. */
function findRefusal(policy: Policy, caller: Caller | EnteringCaller): AppError | undefined {
  const allowed = concernedLists(caller).every((key) => isIn(policy.get(key), caller.address))
  return allowed ? undefined : failAccess('access.address_denied')
}

function concernedLists(caller: Caller | EnteringCaller): string[] {
  const list = (kind: AddressListKind, subject: string) => `${kind} ${subject}`
  if (!('principal' in caller)) return [list('organisation', caller.organisation)]
  const { principal, project } = caller
  if (principal.kind === 'dataPlane') return [list('data_plane', principal.organisation)]
  return [
    list('organisation', principal.organisation),
    ...(project === undefined ? [] : [list('project', project)]),
    ...(principal.kind === 'token' ? [list('token', principal.id)] : []),
  ]
}

function isIn(list: Known | undefined, source: string | null): boolean {
  if (list === undefined) return true
  const address = readAddress(source ?? '')
  return address !== undefined && list.allowed.has(address)
}
