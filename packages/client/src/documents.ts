/** Saved reports, dashboards and whatever else people keep: sealed requests whose answers are JSON. */
import type { Document, DocumentHead, DocumentSave, DocumentSaved } from '@keyhold/contract'
import { ClientError, SealedProblem } from './errors.ts'

/** Asks the data plane for an operation whose answer is JSON. Throws what `DataPlane.ask` does. */
export type AskJson = (operation: string, body: object) => Promise<unknown>

/** Heads of all documents of a kind, last updated first. */
export async function listDocuments(ask: AskJson, kind?: string): Promise<DocumentHead[]> {
  const answer = (await ask('document.list', kind === undefined ? {} : { kind })) as { documents?: DocumentHead[] }
  if (!Array.isArray(answer.documents)) throw malformed()
  return answer.documents
}

/** Throws SealedProblem `document.unknown`. */
export async function readDocument(ask: AskJson, id: string): Promise<Document> {
  const answer = (await ask('document.read', { id })) as Document
  if (answer.id !== id || !Number.isSafeInteger(answer.version)) throw malformed()
  return answer
}

/** Throws SealedProblem `document.conflict` when it is not (any more) of the expected version. */
export async function saveDocument(ask: AskJson, save: DocumentSave): Promise<DocumentSaved> {
  return (await ask('document.save', save)) as DocumentSaved
}

/** Throws SealedProblem `document.conflict`. */
export async function deleteDocument(ask: AskJson, id: string, expectedVersion: number): Promise<void> {
  await ask('document.delete', { id, expectedVersion })
}

/** Saves a document that is to be there once: one that exists already stays as it is. */
export async function ensureDocument(ask: AskJson, save: Omit<DocumentSave, 'expectedVersion'>): Promise<void> {
  try {
    await saveDocument(ask, { ...save, expectedVersion: null })
  } catch (error) {
    if (!isConflict(error)) throw error
  }
}

/** True when somebody else saved or deleted the document meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof SealedProblem && error.code === 'document.conflict'
}

function malformed(): ClientError {
  return new ClientError(
    'response.malformed',
    'the data plane’s answer is not in the form it should have',
    'update this client or the server, whichever is older.',
  )
}
