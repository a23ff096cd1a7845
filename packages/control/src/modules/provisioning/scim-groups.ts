/** SCIM's operations on groups: on those that provisioning made, and no others. */
import { AppError } from '../../platform/errors.ts'
import { describeActor } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { ChangeCall, Handlers } from '../../platform/http/call.ts'
import type { Changer, StoredGroup } from '../groups/index.ts'
import { applyPatch } from './ask-scimmy.ts'
import { answer, answerRead } from './encode.ts'
import { failProvisioning } from './errors.ts'
import { describeGroup, patchMembers, readGroup, readGroupTerms, type GroupTerms } from './group-resource.ts'
import { readPatch } from './patch-operations.ts'
import { readBody } from './read-body.ts'
import type { ProvisioningSetting } from './setting.ts'
import { requireVersion } from './versions.ts'

type GroupHandlers = Handlers<
  'readScimGroup' | 'createScimGroup' | 'replaceScimGroup' | 'patchScimGroup' | 'deleteScimGroup'
>
type AnyChange = ChangeCall<'createScimGroup' | 'replaceScimGroup' | 'patchScimGroup' | 'deleteScimGroup'>
type Wanted = { readonly terms: GroupTerms; readonly members: Iterable<string> }

export function createGroupHandlers(setting: ProvisioningSetting): GroupHandlers {
  const { database, groups, people } = setting

  async function change(
    call: ChangeCall<'replaceScimGroup' | 'patchScimGroup'>,
    read: (group: StoredGroup) => Wanted | Promise<Wanted>,
  ): Promise<Buffer> {
    call.note({ object: { kind: 'group', id: call.params.group } })
    return call.commit(async (tx) => {
      await people.lock(tx, call.organisation)
      const before = await requireOwn(setting, tx, call.params.group)
      requireVersion(call.request.headers, describeGroup(before, ''))
      const { terms, members } = await read(before)
      const after = await putGroup(setting, tx, changerOf(call), before, { terms, members })
      call.note({ before: viewOf(before), after: viewOf(after) })
      return answer(call.reply, describeGroup(after, setting.readUrl()))
    })
  }
  return {
    async readScimGroup({ organisation, params, query, request, reply }) {
      const group = await database.readTenant({ organisation }, (tx) => requireOwn(setting, tx, params.group))
      return answerRead(request, reply, describeGroup(group, setting.readUrl()), query)
    },
    async createScimGroup(call) {
      const { members = [], ...terms } = readGroup(await readBody(call.body))
      const { organisation } = call
      return call.commit(async (tx) => {
        await people.lock(tx, organisation)
        const by = changerOf(call)
        const made = await groups.create(tx, organisation, { ...terms, role: null, provisionedBy: by.actor.id ?? '' })
        const group = await putGroup(setting, tx, by, made, { terms, members })
        call.note({ object: { kind: 'group', id: group.id }, after: viewOf(group) })
        call.reply.header('location', `${setting.readUrl()}/scim/v2/Groups/${group.id}`)
        return answer(call.reply, describeGroup(group, setting.readUrl()))
      })
    },
    async replaceScimGroup(call) {
      const { members, ...terms } = readGroup(await readBody(call.body))
      return change(call, (group) => ({ terms, members: members ?? group.members }))
    },
    async patchScimGroup(call) {
      const { schemas, operations } = readPatch(await readBody(call.body))
      return change(call, async (group) => {
        const { members, others } = patchMembers(group.members, operations)
        const resource = { ...describeGroup(group, setting.readUrl()), members: [] }
        const patched =
          others.length === 0 ? resource : await applyPatch('Group', resource, { schemas, operations: others })
        return { terms: readGroupTerms(patched), members }
      })
    },
    async deleteScimGroup(call) {
      call.note({ object: { kind: 'group', id: call.params.group } })
      return call.commit(async (tx) => {
        await people.lock(tx, call.organisation)
        const group = await requireOwn(setting, tx, call.params.group)
        requireVersion(call.request.headers, describeGroup(group, ''))
        await groups.delete(tx, changerOf(call), group)
        call.note({ before: viewOf(group), after: null })
        return undefined
      })
    },
  }
}

async function putGroup(
  { groups }: ProvisioningSetting,
  tx: Transaction,
  by: Changer,
  before: StoredGroup,
  { terms, members }: Wanted,
): Promise<StoredGroup> {
  const same = terms.name === before.name && terms.externalId === before.externalId
  const group = same ? before : await groups.change(tx, by, before, { ...terms, role: before.role })
  const [wanted, there] = [new Set(members), new Set(before.members)]
  const [add, remove] = [[...wanted.difference(there)], [...there.difference(wanted)]]
  if (add.length === 0 && remove.length === 0) return group
  return groups.changeMembers(tx, by, group, { add, remove }).catch((error: unknown) => {
    // A 404 would tell the identity provider that the group is gone.
    throw error instanceof AppError && error.code === 'group.member_unknown'
      ? failProvisioning('provisioning.bad_member')
      : error
  })
}

/** @throws `provisioning.unknown` also for a group that people made */
async function requireOwn({ groups }: ProvisioningSetting, tx: Transaction, id: string): Promise<StoredGroup> {
  const group = await groups.find(tx, id)
  if (group === undefined || group.provisionedBy === null) throw failProvisioning('provisioning.unknown')
  return group
}

function changerOf({ organisation, principal, address }: AnyChange): Changer {
  return { organisation, actor: describeActor(principal), source: address }
}

/** What the log's digests are of. */
function viewOf({ id, name, role, members }: StoredGroup) {
  return { id, name, role, members }
}
