/** The operations `document.*` of sealed requests. */
import { DocumentDelete, DocumentListBody, DocumentRead, DocumentSave } from '@keyhold/contract'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { DataError } from '../errors.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import { answerJson, type OperationResult } from '../project/operation.ts'
import { accessDenied, type Asker } from '../project/asker.ts'
import type { Lease } from '../project/lease.ts'
import type { Documents } from './documents.ts'

export type DocumentOperationSetting = {
  readonly project: string
  readonly documents: Documents
  readonly lease: Pick<Lease, 'keys'>
}

type Act = (asker: Asker, setting: DocumentOperationSetting, entries: EntryDraft[]) => Promise<unknown>
/** Checks the body and gives what is to be done. */
type Prepare = (body: unknown) => Act

const operations: Readonly<Record<string, Prepare>> = {
  'document.save': checked(DocumentSave, (save) => async (asker, setting, entries) => {
    const { id, version, updated } = await setting.documents.save(save, asker.id)
    entries.push(describeAct('document.save', id, asker, setting, { version }))
    return { id, version, updated }
  }),
  'document.read': checked(DocumentRead, ({ id }) => async (asker, setting, entries) => {
    const document = await setting.documents.read(id)
    entries.push(describeAct('document.read', id, asker, setting, { version: document.version }))
    return document
  }),
  'document.list': checked(DocumentListBody, ({ kind }) => async (_asker, { documents }) => {
    return { documents: await documents.list(kind) }
  }),
  'document.delete': checked(DocumentDelete, ({ id, expectedVersion }) => async (asker, setting, entries) => {
    await setting.documents.delete(id, expectedVersion, asker.id)
    entries.push(describeAct('document.delete', id, asker, setting, { version: expectedVersion }))
    return {}
  }),
}

export const documentOperations: readonly string[] = Object.keys(operations)

/** Pushes what it did onto `entries`. @throws `access.denied` for tokens, `document.` codes */
export async function answerDocument(
  operation: string,
  body: unknown,
  asker: Asker,
  setting: DocumentOperationSetting,
  entries: EntryDraft[],
): Promise<OperationResult> {
  if (asker.kind !== 'person') throw accessDenied()
  const act = operations[operation]?.(body)
  if (!act) throw malformed()
  // What was opened before may be shown only while the provider lets the project's key be used.
  await setting.lease.keys()
  return answerJson(await act(asker, setting, entries))
}

function checked<S extends TSchema>(schema: S, prepare: (body: Static<S>) => Act): Prepare {
  const check = Compile(schema)
  return (body) => {
    if (!check.Check(body)) throw malformed()
    return prepare(body)
  }
}

function describeAct(
  action: string,
  id: string,
  asker: Asker,
  { project }: DocumentOperationSetting,
  details: { version: number },
): EntryDraft {
  const actor = { kind: asker.kind, id: asker.id }
  return { action, outcome: 'success', code: null, project, actor, object: { kind: 'document', id }, details }
}

function malformed(): DataError {
  return new DataError('document.malformed', 'The request lacks a field or has one too many.', 'Update the client.')
}
