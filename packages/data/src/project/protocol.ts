/** Calls between the data plane's main process and a project process. */
import type { ClaimedJob, ControlMethods, DataPlaneMethods, Manifest, Signed, SealingKeySet } from '@keyhold/contract'
import type { EntryDraft } from '../ledger-client/draft.ts'
import type { ServerAddress } from '../link/pinned-tls.ts'
import type { Member } from '../roster/member.ts'

export type ProjectStart = {
  readonly organisation: string
  readonly project: string
  /** The data plane's own folder for this project: marks and ciphertext. */
  readonly folder: string
  readonly address: ServerAddress
  readonly session: string
  /** base64url; signs manifests. */
  readonly identityPublicKey: string
  readonly set: SealingKeySet
  /** Verifier key of the organisation's log, pinned at enrolment. */
  readonly ledgerKey: string
  readonly roster: RosterView
  /** Refuse requests that no key on the roster signed. */
  readonly demandAttested: boolean
  /** Requests issued before this time (ms) are refused. */
  readonly startedAt: number
}

export type RosterView = { readonly members: readonly Member[]; readonly revoked: readonly string[] }

type ControlCall = {
  [K in keyof ControlMethods]: { method: K; params: ControlMethods[K]['params'] }
}[keyof ControlMethods]

/** What the main process answers. */
export type MainMethods = {
  /** Reply body: the project's root key. */
  'root.unwrap': { params: Record<string, never>; result: Record<string, never> }
  /** Answers when every entry is in the log; the checkpoint covers them. */
  'ledger.record': { params: { entries: EntryDraft[] }; result: { checkpoint: string } }
  'manifest.sign': { params: { manifest: Manifest }; result: { signed: Signed } }
  /** Reply body: the kit's JSON, for the asker's own signed request. */
  'recovery.kit': { params: { signed: Signed }; result: Record<string, never> }
  'control.call': { params: ControlCall; result: unknown }
}

/** What a project process answers. */
export type ProjectMethods = {
  'project.start': { params: ProjectStart; result: { isolation: string } }
  request: DataPlaneMethods['request']
  'request.cancel': DataPlaneMethods['request.cancel']
  'job.run': { params: { job: ClaimedJob }; result: Record<string, never> }
  'project.stop': { params: Record<string, never>; result: Record<string, never> }
}

/** Notes to a project process, in order with the calls. */
export type ProjectNotes = { roster: RosterView; session: { session: string } }
