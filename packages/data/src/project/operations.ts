/** The operations that a sealed request can ask for, by name. */
import type { Signed, SignedRequest, TokenAction } from '@keyhold/contract'
import { answerDocument, documentOperations, type DocumentOperationSetting } from '../documents/document-operations.ts'
import { DataError } from '../errors.ts'
import { deleteTable, type DeleteSetting } from './delete-table.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import { answerProfile } from '../profile/profile-operation.ts'
import { answerQuery, endEngine, type OperationSetting } from '../query/query-operation.ts'
import { answerReport, type ReportSetting } from '../query/report-operation.ts'
import { accessDenied, isProven, mayAsk, mayDo, roleDenied, stepUpNeeded, type Asker } from './asker.ts'
import { answerBytes, type OperationResult } from './operation.ts'

export type OperationsSetting = OperationSetting & DocumentOperationSetting & DeleteSetting & KitSetting & ReportSetting

type KitSetting = {
  /** Checks the signed request once more, and gives the kit's JSON. @throws `access.denied` */
  readonly recoveryKit: (signed: Signed) => Promise<Uint8Array>
}

type Call = {
  readonly operation: string
  /** The request as it was signed. */
  readonly signed: Signed
  readonly body: unknown
  readonly asker: Asker
  readonly setting: OperationsSetting
  readonly entries: EntryDraft[]
  readonly signal: AbortSignal
}
type Operation = (call: Call) => Promise<OperationResult>

const documents: Operation = ({ operation, body, asker, setting, entries }) =>
  answerDocument(operation, body, asker, setting, entries)

const operations: Readonly<Record<string, Operation>> = {
  query: ({ body, asker, setting, entries, signal }) => answerQuery(body, asker, setting, entries, signal),
  'engine.end': ({ asker, setting }) => endEngine(asker, setting),
  'import.report': ({ body, asker, setting }) => answerReport(body, asker, setting),
  'recovery.kit': async ({ signed, asker, setting }) => {
    if (asker.kind !== 'person' || !asker.attested) throw accessDenied()
    return answerBytes(await setting.recoveryKit(signed))
  },
  'table.delete': ({ body, asker, setting }) => deleteTable(body, asker, setting),
  'table.profile': ({ body, asker, setting, entries, signal }) => answerProfile(body, asker, setting, entries, signal),
  ...Object.fromEntries(documentOperations.map((name) => [name, documents])),
}

/** Which of a token's actions an operation belongs to: one of them is enough. */
function actionsOf(operation: string): readonly TokenAction[] {
  if (operation.startsWith('document.')) return ['documents']
  return operation === 'import.report' ? ['query', 'upload'] : ['query']
}

/** Names of what can be asked. */
export const operationNames: readonly string[] = Object.keys(operations)

/**
 * Pushes what it did onto `entries`, also when it fails.
 *
 * @throws `request.unknown_operation`, `access.denied` when a role or a token does not allow it, `access.step_up_needed`, and
 * the operation's codes
 */
export async function runOperation(
  { request: { operation, body }, signed }: { readonly request: SignedRequest; readonly signed: Signed },
  asker: Asker,
  setting: OperationsSetting,
  entries: EntryDraft[],
  signal: AbortSignal,
): Promise<OperationResult> {
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  if (run) {
    if (!mayAsk(asker, operation)) throw roleDenied()
    if (!mayDo(asker, actionsOf(operation))) throw accessDenied()
    if (!isProven(asker, operation)) throw stepUpNeeded()
    return run({ operation, signed, body, asker, setting, entries, signal })
  }
  throw new DataError(
    'request.unknown_operation',
    'The data plane does not know this operation.',
    'Update the data plane.',
  )
}
