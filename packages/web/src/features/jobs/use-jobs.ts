/** The project's jobs, followed live: the server answers when the list differs. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useEffect } from 'react'
import { tablesOptions, type Job } from '../../api/catalogue.ts'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'

const most = 200
const waitSeconds = 25
const pauseMs = 400
const awayMs = 5_000

const keyOf = (project: string) => ['jobs', project, 'followed'] as const

const list = (project: string, since: string | undefined, signal: AbortSignal) =>
  api.call('listJobs', {
    params: { project },
    query: { limit: most, ...(since === undefined ? {} : { since, wait: waitSeconds }) },
    signal,
  })

/** Newest first. Only a page that is looked at follows. */
export function useJobs(project: string): UseQueryResult<readonly Job[]> {
  useEffect(() => {
    const ending = new AbortController()
    void follow(project, ending.signal)
    return () => ending.abort()
  }, [project])
  return useQuery({
    queryKey: keyOf(project),
    queryFn: ({ signal }) => list(project, undefined, signal),
    select: ({ jobs }) => jobs,
  })
}

async function follow(project: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await untilVisible(signal)
    const known = queryClient.getQueryData<{ change: string }>(keyOf(project))
    try {
      if (known !== undefined) await takeNews(project, await list(project, known.change, signal), known.change)
      await pause(pauseMs, signal)
    } catch {
      // The list itself says what is wrong; here it is only tried again.
      await pause(awayMs, signal)
    }
  }
}

type JobsAnswer = Awaited<ReturnType<typeof list>>

/** A job that comes may be of a new table, and one that ends has changed its table. */
async function takeNews(project: string, answer: JobsAnswer, before: string): Promise<void> {
  queryClient.setQueryData(keyOf(project), answer)
  if (answer.change !== before) await queryClient.invalidateQueries({ queryKey: tablesOptions(project).queryKey })
}

function untilVisible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve()
  return new Promise((resolve) => {
    const events = { once: true, signal }
    document.addEventListener('visibilitychange', () => resolve(), events)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
