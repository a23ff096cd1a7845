/** SCIM's operations on users. */
import { describeActor } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { ChangeCall, Handlers } from '../../platform/http/call.ts'
import type { StoredGroup } from '../groups/index.ts'
import type { ProvisionedAccount } from '../people/index.ts'
import { applyPatch } from './ask-scimmy.ts'
import { failProvisioning } from './errors.ts'
import { chooseAttributes, listResources } from './list-resources.ts'
import { readPatch } from './patch-operations.ts'
import { readBody } from './read-body.ts'
import type { ProvisioningSetting } from './setting.ts'
import { describeUser, readNewUser, readPatchedUser, readUser, type UserTerms } from './user-resource.ts'
import { encode } from './encode.ts'

type UserHandlers = Handlers<
  'listScimUsers' | 'readScimUser' | 'createScimUser' | 'replaceScimUser' | 'patchScimUser' | 'deleteScimUser'
>
type ChangingCall = ChangeCall<'replaceScimUser' | 'patchScimUser'>
type ReadTerms = (account: ProvisionedAccount, tx: Transaction) => UserTerms | Promise<UserTerms>

export function createUserHandlers(setting: ProvisioningSetting): UserHandlers {
  const { database, people } = setting

  async function change(call: ChangingCall, read: ReadTerms): Promise<Buffer> {
    const { organisation } = call
    return call.commit(async (tx) => {
      await people.lock(tx, organisation)
      const before = await requireAccount(setting, tx, call.params.user)
      const terms = await read(before, tx)
      await putTerms(setting, tx, before, terms)
      const after = await requireAccount(setting, tx, before.id)
      call.note({
        object: { kind: 'person', id: before.id },
        before: viewOf(before),
        after: viewOf(after),
        details: { active: after.active },
      })
      return encode(await describe(setting, tx, after))
    })
  }
  return {
    async listScimUsers({ organisation, query }) {
      const all = await database.readTenant({ organisation }, async (tx) => {
        const [accounts, groups] = [await people.list(tx), await setting.groups.list(tx)]
        const ofPerson = groupsByPerson(groups)
        return accounts.map((account) => describeUser(account, ofPerson.get(account.id) ?? [], setting.readUrl()))
      })
      return encode(listResources(all, query))
    },
    async readScimUser({ organisation, params, query }) {
      const user = await database.readTenant({ organisation }, async (tx) =>
        describe(setting, tx, await requireAccount(setting, tx, params.user)),
      )
      return encode(chooseAttributes(user, query))
    },
    async createScimUser(call) {
      const { organisation } = call
      const { active, ...terms } = readNewUser(await readBody(call.body))
      const by = describeActor(call.principal).id ?? ''
      const [id, user] = await commitMade(call, async (tx) => {
        await people.lock(tx, organisation)
        const made = await people.add(tx, organisation, by, terms)
        const account = await requireAccount(setting, tx, made)
        if (!active) await people.suspend(tx, account)
        call.note({ object: { kind: 'person', id: made }, after: viewOf({ ...account, active }), details: { active } })
        return [made, encode(await describe(setting, tx, { ...account, active }))]
      })
      call.reply.header('location', `${setting.readUrl()}/scim/v2/Users/${id}`)
      return user
    },
    async replaceScimUser(call) {
      const body = await readBody(call.body)
      return change(call, (account) => readUser(body, account))
    },
    async patchScimUser(call) {
      const { schemas, operations } = readPatch(await readBody(call.body))
      return change(call, async (account, tx) => {
        if (operations.length === 0) return account
        const original = await describe(setting, tx, account)
        const patched = await applyPatch('User', original, { schemas, operations })
        return readPatchedUser(patched, original, account)
      })
    },
    async deleteScimUser(call) {
      const id = call.params.user
      call.note({ object: { kind: 'person', id } })
      return call.commit(async (tx) => {
        await people.lock(tx, call.organisation)
        const account = await requireAccount(setting, tx, id)
        await people.remove(tx, account)
        call.note({ before: viewOf(account), after: null })
        return undefined
      })
    },
  }
}

/** The answer is what is committed; the id comes beside it. */
async function commitMade(
  call: ChangeCall<'createScimUser'>,
  work: (tx: Transaction) => Promise<[string, Buffer]>,
): Promise<[string, Buffer]> {
  let id = ''
  const user = await call.commit(async (tx) => {
    const [made, answer] = await work(tx)
    id = made
    return answer
  })
  return [id, user]
}

async function putTerms(
  { people }: ProvisioningSetting,
  tx: Transaction,
  before: ProvisionedAccount,
  { active, ...terms }: UserTerms,
): Promise<void> {
  const same = (['email', 'name', 'externalId'] as const).every((key) => terms[key] === before[key])
  if (!same) await people.change(tx, before, terms)
  if (active !== before.active) await (active ? people.restore(tx, before) : people.suspend(tx, before))
}

/** @throws `provisioning.unknown` */
async function requireAccount(
  { people }: ProvisioningSetting,
  tx: Transaction,
  id: string,
): Promise<ProvisionedAccount> {
  const account = await people.find(tx, id)
  if (account === undefined) throw failProvisioning('provisioning.unknown')
  return account
}

async function describe(setting: ProvisioningSetting, tx: Transaction, account: ProvisionedAccount) {
  const ofPerson = groupsByPerson(await setting.groups.list(tx))
  return describeUser(account, ofPerson.get(account.id) ?? [], setting.readUrl())
}

/** Groups that people made are theirs alone: the identity provider does not see them. */
function groupsByPerson(groups: readonly StoredGroup[]): ReadonlyMap<string, StoredGroup[]> {
  const ofPerson = new Map<string, StoredGroup[]>()
  for (const group of groups.filter(({ provisionedBy }) => provisionedBy !== null)) {
    for (const person of group.members) ofPerson.set(person, [...(ofPerson.get(person) ?? []), group])
  }
  return ofPerson
}

/** What the log's digests are of: nothing personal. */
function viewOf({ id, role, active }: Pick<ProvisionedAccount, 'id' | 'role' | 'active'>) {
  return { id, role, active }
}
