/**
 * The calls that were admitted and are not answered to their last byte yet. Who loses the right to an answer while
 * waiting for it is cut off: a call that waits is refused, one whose answer is under way loses its connection.
 */
import type { Principal } from '../access.ts'
import type { AppError } from '../errors.ts'

/** Who waits, from where, and for which project's sake. */
export type Caller = {
  readonly principal: Principal
  readonly address: string | null
  readonly project: string | undefined
}

type OpenCall = {
  /** Aborted, with the refusal as its reason, when the caller is cut off. */
  readonly cut: AbortSignal
  readonly end: () => void
}

export type OpenCalls = {
  readonly open: (caller: Caller) => OpenCall
  /** Judges each open call of an organisation, or of all, anew; a refusal cuts it off. */
  readonly judge: (organisation: string | null, verdict: (caller: Caller) => AppError | undefined) => void
  /** Organisations with open calls. */
  readonly organisations: () => string[]
}

type Entry = { readonly caller: Caller; readonly controller: AbortController }

export function createOpenCalls(): OpenCalls {
  const byOrganisation = new Map<string, Set<Entry>>()

  function open(caller: Caller): OpenCall {
    const { organisation } = caller.principal
    const entries = byOrganisation.get(organisation) ?? new Set()
    byOrganisation.set(organisation, entries)
    const entry = { caller, controller: new AbortController() }
    entries.add(entry)
    const end = () => {
      entries.delete(entry)
      if (entries.size === 0 && byOrganisation.get(organisation) === entries) byOrganisation.delete(organisation)
    }
    return { cut: entry.controller.signal, end }
  }
  function judge(organisation: string | null, verdict: (caller: Caller) => AppError | undefined): void {
    const judged = organisation === null ? [...byOrganisation.values()] : [byOrganisation.get(organisation) ?? []]
    for (const { caller, controller } of judged.flatMap((entries) => [...entries])) {
      const refusal = verdict(caller)
      if (refusal !== undefined) controller.abort(refusal)
    }
  }
  return { open, judge, organisations: () => [...byOrganisation.keys()] }
}
