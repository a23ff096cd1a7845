/** Tables and jobs of a project, as the control plane lists them. */
import type { CallOutput } from '@keyhold/contract'
import { queryOptions } from '@tanstack/react-query'
import { api } from './client.ts'

export type Table = CallOutput<'listTables'>['tables'][number]
export type Job = CallOutput<'listJobs'>['jobs'][number]

export const tablesOptions = (project: string) =>
  queryOptions({
    queryKey: ['tables', project],
    queryFn: async () => (await api.call('listTables', { params: { project } })).tables,
  })

export const jobsOptions = (project: string) =>
  queryOptions({
    queryKey: ['jobs', project],
    queryFn: ({ signal }) => api.call('listJobs', { params: { project }, query: {}, signal }),
    // Each look is an entry of the log: only while something runs.
    refetchInterval: ({ state }) => (state.data?.jobs.some(isUnderWay) === true ? 2_000 : false),
  })

function isUnderWay({ state }: Job): boolean {
  return state === 'queued' || state === 'running'
}
