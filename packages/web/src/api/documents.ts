/** Documents of a project, opened in this browser. */
import { listDocuments, readDocument, type AskJson } from '@keyhold/client'
import type { Document, DocumentHead } from '@keyhold/contract'
import { queryOptions } from '@tanstack/react-query'
import { useMemo } from 'react'
import { askJson } from './data-plane.ts'
import { queryClient } from './query-client.ts'
import { useDataPlane } from './use-data.ts'

/** What document calls of the client ask with. */
export function useAsk(project: string): AskJson {
  const plane = useDataPlane(project)
  return useMemo(() => (operation, body) => askJson(plane, operation, body), [plane])
}

/** Heads of the documents of a kind, last updated first. */
export const documentsOptions = (ask: AskJson, project: string, kind: string) =>
  queryOptions({
    queryKey: ['data', project, 'document.list', { kind }],
    queryFn: (): Promise<DocumentHead[]> => listDocuments(ask, kind),
  })

/** One document with its body. */
export const documentOptions = (ask: AskJson, project: string, id: string) =>
  queryOptions({
    queryKey: ['data', project, 'document.read', { id }],
    queryFn: (): Promise<Document> => readDocument(ask, id),
    staleTime: 60_000,
  })

/** To be called after a document was saved or deleted: lists are asked again, the document too. */
export async function forgetDocument(project: string, id: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['data', project, 'document.read', { id }] }),
    queryClient.invalidateQueries({ queryKey: ['data', project, 'document.list'] }),
  ])
}
