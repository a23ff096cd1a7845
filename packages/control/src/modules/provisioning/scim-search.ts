/** SCIM's lists: users, groups and both, asked for by an address or by a body. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Handlers } from '../../platform/http/call.ts'
import type { StoredGroup } from '../groups/index.ts'
import { encode } from './encode.ts'
import { describeGroup } from './group-resource.ts'
import { listResources, type ListQuery } from './list-resources.ts'
import { readBody, type JsonObject } from './read-body.ts'
import { readSearch } from './read-search.ts'
import type { ProvisioningSetting } from './setting.ts'
import { describeUser } from './user-resource.ts'

type SearchHandlers = Handlers<
  'listScimUsers' | 'listScimGroups' | 'searchScim' | 'searchScimUsers' | 'searchScimGroups'
>
type Source = (setting: ProvisioningSetting, tx: Transaction) => Promise<JsonObject[]>

export function createSearchHandlers(setting: ProvisioningSetting): SearchHandlers {
  async function list(organisation: string, source: Source, query: ListQuery): Promise<Buffer> {
    const all = await setting.database.readTenant({ organisation }, (tx) => source(setting, tx))
    return encode(listResources(all, query))
  }
  return {
    listScimUsers: ({ organisation, query }) => list(organisation, listUsers, query),
    listScimGroups: ({ organisation, query }) => list(organisation, listGroups, query),
    searchScim: async ({ organisation, body }) => list(organisation, listAll, readSearch(await readBody(body))),
    searchScimUsers: async ({ organisation, body }) => list(organisation, listUsers, readSearch(await readBody(body))),
    searchScimGroups: async ({ organisation, body }) =>
      list(organisation, listGroups, readSearch(await readBody(body))),
  }
}

const listAll: Source = async (setting, tx) => [...(await listUsers(setting, tx)), ...(await listGroups(setting, tx))]

async function listUsers(setting: ProvisioningSetting, tx: Transaction): Promise<JsonObject[]> {
  const [accounts, groups] = [await setting.people.list(tx), await setting.groups.list(tx)]
  const ofPerson = groupsByPerson(groups)
  return accounts.map((account) => describeUser(account, ofPerson.get(account.id) ?? [], setting.readUrl()))
}

async function listGroups(setting: ProvisioningSetting, tx: Transaction): Promise<JsonObject[]> {
  const own = (await setting.groups.list(tx)).filter(({ provisionedBy }) => provisionedBy !== null)
  return own.map((group) => describeGroup(group, setting.readUrl()))
}

/** Groups that people made are theirs alone: the identity provider does not see them. */
export function groupsByPerson(groups: readonly StoredGroup[]): ReadonlyMap<string, StoredGroup[]> {
  const ofPerson = new Map<string, StoredGroup[]>()
  for (const group of groups.filter(({ provisionedBy }) => provisionedBy !== null)) {
    for (const person of group.members) ofPerson.set(person, [...(ofPerson.get(person) ?? []), group])
  }
  return ofPerson
}
