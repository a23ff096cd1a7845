/**
 * Whether an organisation is let in. The one place that knows who is suspended: read at most half a second ago, at once
 * after a change in this process. Who waits while it happens is cut off, and its data plane's link ends.
 */
import type { Caller } from '../../platform/http/open-calls.ts'
import type { EnteringCaller } from '../../platform/http/pipeline.ts'
import { failOperator } from './errors.ts'
import type { OperatorSetting } from './setting.ts'

const freshFor = 500

export type Standing = {
  /** @throws `organisation.suspended` */
  readonly check: (caller: Caller | EnteringCaller) => Promise<void> | void
  /** Something has changed here: reads it anew and cuts off whom it concerns. */
  readonly apply: () => Promise<void>
  /** Looks for what other nodes changed, for the sake of those who wait. */
  readonly follow: () => Promise<void>
}

type Parts = Pick<OperatorSetting, 'database' | 'now' | 'openCalls' | 'link'>

export function createStanding({ database, now, openCalls, link }: Parts): Standing {
  let known: ReadonlySet<string> | undefined
  let until = 0
  let loading: Promise<ReadonlySet<string>> | undefined

  function find(): ReadonlySet<string> | Promise<ReadonlySet<string>> {
    if (known !== undefined && until > now().getTime()) return known
    return (loading ??= load())
  }
  async function load(): Promise<ReadonlySet<string>> {
    try {
      known = new Set(await database.lookUp.suspended())
      until = now().getTime() + freshFor
      return known
    } finally {
      loading = undefined
    }
  }
  function requireStanding(suspended: ReadonlySet<string>, caller: Caller | EnteringCaller): void {
    const organisation = 'principal' in caller ? caller.principal.organisation : caller.organisation
    if (suspended.has(organisation)) throw failOperator('organisation.suspended')
  }
  function check(caller: Caller | EnteringCaller): Promise<void> | void {
    const suspended = find()
    if (suspended instanceof Promise) return suspended.then((loaded) => requireStanding(loaded, caller))
    requireStanding(suspended, caller)
  }
  function cut(suspended: ReadonlySet<string>): void {
    for (const organisation of suspended) {
      openCalls.judge(organisation, () => failOperator('organisation.suspended'))
      if (link.isConnected(organisation)) link.drop(organisation, 'organisation.suspended')
    }
  }
  return {
    check,
    // What is being loaded may be of before the change.
    apply: async () => cut(await load()),
    follow: async () => cut(await find()),
  }
}
