import type { CallOutput } from '@keyhold/contract'
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api } from './client.ts'

export type Project = CallOutput<'listProjects'>['projects'][number]

export const projectsOptions = queryOptions({
  queryKey: ['projects'],
  queryFn: async () => (await api.call('listProjects', {})).projects,
  staleTime: 60_000,
})

/** The project's id in the address; only below `/p/$project`. */
export function useProjectId(): string {
  return useParams({ from: '/member/p/$project' }).project
}

/** The projects that the person can reach; loaded before the shell is shown. */
export function useProjects(): readonly Project[] {
  return useSuspenseQuery(projectsOptions).data
}

export const installationOptions = queryOptions({
  queryKey: ['installation'],
  queryFn: () => api.call('readInstallation', {}),
  staleTime: 30_000,
  refetchInterval: 60_000,
})
