/** SCIM's operations on users. */
import type { FastifyRequest } from 'fastify'
import { describeActor } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { ChangeCall, Handlers } from '../../platform/http/call.ts'
import type { ProvisionedAccount } from '../people/index.ts'
import { applyPatch } from './ask-scimmy.ts'
import { failProvisioning } from './errors.ts'
import { readPatch, type Patch } from './patch-operations.ts'
import { readBody } from './read-body.ts'
import { groupsByPerson } from './scim-search.ts'
import type { ProvisioningSetting } from './setting.ts'
import { tellOwners } from './tell-owners.ts'
import { describeUser, readNewUser, readPatchedUser, readUser, type UserTerms } from './user-resource.ts'
import { answer, answerRead } from './encode.ts'
import { requireSameAddress } from './user-emails.ts'
import { dependsOnVersion, requireVersion } from './versions.ts'

type UserHandlers = Handlers<'readScimUser' | 'createScimUser' | 'replaceScimUser' | 'patchScimUser' | 'deleteScimUser'>
type ChangingCall = ChangeCall<'replaceScimUser' | 'patchScimUser'>
type ReadTerms = (account: ProvisionedAccount, tx: Transaction) => UserTerms | Promise<UserTerms>

export function createUserHandlers(setting: ProvisioningSetting): UserHandlers {
  const { database, people } = setting

  async function change(call: ChangingCall, read: ReadTerms): Promise<Buffer> {
    const { organisation } = call
    return call.commit(async (tx) => {
      await people.lock(tx, organisation)
      const before = await requireAccount(setting, tx, call.params.user)
      await requireUserVersion(setting, tx, call.request, before)
      const terms = await read(before, tx)
      await putTerms(setting, tx, before, terms)
      const after = await requireAccount(setting, tx, before.id)
      call.note({
        object: { kind: 'person', id: before.id },
        before: viewOf(before),
        after: viewOf(after),
        details: { active: after.active },
      })
      return answer(call.reply, await describe(setting, tx, after))
    })
  }
  return {
    async readScimUser({ organisation, params, query, request, reply }) {
      const user = await database.readTenant({ organisation }, async (tx) =>
        describe(setting, tx, await requireAccount(setting, tx, params.user)),
      )
      return answerRead(request, reply, user, query)
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
        return [made, answer(call.reply, await describe(setting, tx, { ...account, active }))]
      })
      call.reply.header('location', `${setting.readUrl()}/scim/v2/Users/${id}`)
      return user
    },
    async replaceScimUser(call) {
      const body = await readBody(call.body)
      return change(call, (account) => readUser(body, account))
    },
    async patchScimUser(call) {
      const patch = readPatch(await readBody(call.body))
      return change(call, async (account, tx) => {
        const terms = await readPatchTerms(setting, tx, account, patch)
        requireSameAddress(terms, patch.address)
        return terms
      })
    },
    async deleteScimUser(call) {
      const id = call.params.user
      call.note({ object: { kind: 'person', id } })
      return call.commit(async (tx) => {
        await people.lock(tx, call.organisation)
        const account = await requireAccount(setting, tx, id)
        await requireUserVersion(setting, tx, call.request, account)
        await people.remove(tx, account)
        // Who was suspended before: the owners know already.
        if (account.active) await tellOwners(setting, tx, account)
        call.note({ before: viewOf(account), after: null })
        return undefined
      })
    },
  }
}

async function readPatchTerms(
  setting: ProvisioningSetting,
  tx: Transaction,
  account: ProvisionedAccount,
  patch: Patch,
): Promise<UserTerms> {
  if (patch.operations.length === 0) return account
  const original = await describe(setting, tx, account)
  return readPatchedUser(await applyPatch('User', original, patch), original, account)
}

/** @throws `provisioning.other_version` */
async function requireUserVersion(
  setting: ProvisioningSetting,
  tx: Transaction,
  { headers }: FastifyRequest,
  account: ProvisionedAccount,
): Promise<void> {
  if (dependsOnVersion(headers)) requireVersion(headers, await describe(setting, tx, account))
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
  setting: ProvisioningSetting,
  tx: Transaction,
  before: ProvisionedAccount,
  { active, ...terms }: UserTerms,
): Promise<void> {
  const { people } = setting
  const same = (['email', 'name', 'externalId'] as const).every((key) => terms[key] === before[key])
  if (!same) await people.change(tx, before, terms)
  if (active === before.active) return
  if (active) return people.restore(tx, before)
  await people.suspend(tx, before)
  await tellOwners(setting, tx, before)
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

/** What the log's digests are of: nothing personal. */
function viewOf({ id, role, active }: Pick<ProvisionedAccount, 'id' | 'role' | 'active'>) {
  return { id, role, active }
}
