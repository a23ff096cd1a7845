import { deleteDocument, readDocument, saveDocument } from '@keyhold/client'
import type { Document, DocumentHead } from '@keyhold/contract'
import { useState } from 'react'
import { forgetDocument, useAsk } from '../../api/documents.ts'

export type Deletion = {
  /** What was deleted last, as long as this page is open: it can be saved again. */
  readonly deleted: Document | null
  readonly error: unknown
  readonly remove: (head: DocumentHead) => Promise<void>
  readonly undo: () => Promise<void>
  readonly close: () => void
}

/** Deletes documents at once, and can take the last deletion back. */
export function useDeletion(project: string): Deletion {
  const ask = useAsk(project)
  const [deleted, setDeleted] = useState<Document | null>(null)
  const [error, setError] = useState<unknown>(null)
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setError(null)
    try {
      await work()
    } catch (failure) {
      setError(failure)
    }
  }
  return {
    deleted,
    error,
    remove: ({ id }) =>
      attempt(async () => {
        const whole = await readDocument(ask, id)
        await deleteDocument(ask, id, whole.version)
        setDeleted(whole)
        await forgetDocument(project, id)
      }),
    undo: () =>
      attempt(async () => {
        if (deleted === null) return
        const { id, kind, title, body } = deleted
        await saveDocument(ask, { id, kind, title, body, expectedVersion: null })
        setDeleted(null)
        await forgetDocument(project, id)
      }),
    close: () => setDeleted(null),
  }
}
