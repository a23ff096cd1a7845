/** Names of what log entries name by id: people, tokens, tables, projects, devices and the data plane. */
import type { Roster } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { tablesOptions } from '../../api/catalogue.ts'
import { api } from '../../api/client.ts'
import { useProjectId, useProjects } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { rosterOptions } from '../tokens/roster-options.ts'
import { tokensOptions } from '../tokens/token-options.ts'
import type { Names } from './describe-entry.ts'

export const peopleOptions = {
  queryKey: ['people'],
  queryFn: async () => (await api.call('listPeople', {})).people,
  staleTime: 60_000,
} as const

export function useNames(): Names {
  const { caller, self } = useSession()
  const projects = useProjects()
  const people = useQuery(peopleOptions).data
  const tokens = useQuery(tokensOptions).data
  const roster = useQuery(rosterOptions(caller)).data
  const tables = useQuery(tablesOptions(useProjectId())).data
  return useMemo(
    () =>
      new Map<string, string>([
        [self.organisation, self.organisationName],
        ...projects.map(({ id, name }) => [id, name] as const),
        ...(people ?? []).map(({ id, name, email }) => [id, name ?? email] as const),
        ...(tokens ?? []).map(({ id, name }) => [id, name] as const),
        ...(tables ?? []).map(({ id, bucket, name }) => [id, `${bucket}.${name}`] as const),
        ...nameKeys(roster?.members, tokens),
      ]),
    [self, projects, people, tokens, roster, tables],
  )
}

function nameKeys(members: Roster['members'] | undefined, tokens: readonly { id: string; name: string }[] | undefined) {
  const named = new Map((tokens ?? []).map(({ id, name }) => [id, name]))
  return [...(members?.values() ?? [])].map((member) => {
    const name = member.kind === 'token' ? (named.get(member.id) ?? 'A token') : member.name
    return [member.keyId, name] as const
  })
}
