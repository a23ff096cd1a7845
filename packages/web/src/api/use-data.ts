/** What pages ask with: the session, and sealed requests as queries. */
import type { DataPlane } from '@keyhold/client'
import type { QueryBody } from '@keyhold/contract'
import { useQuery, useSuspenseQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMemo } from 'react'
import { askJson, askQuery, dataPlaneOf, type QueryAnswer } from './data-plane.ts'
import { sessionOptions, type Session } from './session.ts'

/** The session; only below the shell, which loads it first. */
export function useSession(): Session {
  return useSuspenseQuery(sessionOptions).data
}

/** The conversation with the data plane of a project. */
export function useDataPlane(project: string): DataPlane {
  const { caller } = useSession()
  return useMemo(() => dataPlaneOf(caller, project), [caller, project])
}

type Options = { readonly enabled?: boolean; readonly staleTime?: number }

/**
 * One sealed request whose answer is JSON, as a query. What it shows is opened in this page and kept in memory only;
 * `parse` turns unknown JSON into what the page expects, or throws.
 */
export function useData<T>(
  project: string,
  operation: string,
  body: object,
  parse: (answer: unknown) => T,
  options: Options = {},
): UseQueryResult<T> {
  const plane = useDataPlane(project)
  return useQuery({
    queryKey: ['data', project, operation, body],
    queryFn: async ({ signal }) => parse(await askJson(plane, operation, body, signal)),
    gcTime: 5 * 60_000,
    ...options,
  })
}

/** SQL as a query: the decoded table. Large tables leave memory a minute after nobody shows them. */
export function useResult(project: string, body: QueryBody, options: Options = {}): UseQueryResult<QueryAnswer> {
  const plane = useDataPlane(project)
  return useQuery({
    queryKey: ['result', project, body],
    queryFn: ({ signal }) => askQuery(plane, body, signal),
    gcTime: 60_000,
    staleTime: 60_000,
    structuralSharing: false,
    ...options,
  })
}
