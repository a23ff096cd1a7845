/** The API's operations on groups. */
import { describeActor } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { ChangeCall, Handlers, ReadCall } from '../../platform/http/call.ts'
import { requirePerson } from '../people/index.ts'
import {
  changeGroup,
  changeGroupMembers,
  createGroup,
  deleteGroup,
  describeGroup,
  requireGroup,
  type Changer,
} from './change-groups.ts'
import { failGroup } from './errors.ts'
import type { GroupSetting } from './setting.ts'
import { listGroupRows, type StoredGroup } from './store.ts'

type GroupOperation =
  | 'listGroups'
  | 'createGroup'
  | 'changeGroup'
  | 'deleteGroup'
  | 'addGroupMember'
  | 'removeGroupMember'
export type GroupHandlers = Handlers<GroupOperation>
type MemberCall = ChangeCall<'addGroupMember' | 'removeGroupMember'>
type ExistingCall = ChangeCall<'changeGroup' | 'deleteGroup'> | MemberCall

export function createGroupHandlers(setting: GroupSetting): GroupHandlers {
  /** The group, once its members are locked for a caller who may. */
  async function open(call: ExistingCall, tx: Transaction): Promise<StoredGroup> {
    await setting.lockLeader(tx, requirePerson(call.principal))
    return requireGroup(tx, call.params.group)
  }
  async function changeMembers(call: MemberCall, change: 'add' | 'remove') {
    const { group: id, person } = call.params
    call.note({ object: { kind: 'group', id }, details: { person } })
    return call.commit(async (tx) => {
      const group = await open(call, tx)
      if (group.provisionedBy !== null) throw failGroup('group.provisioned')
      const changed = await changeGroupMembers(setting, tx, changerOf(call), group, {
        add: change === 'add' ? [person] : [],
        remove: change === 'remove' ? [person] : [],
      })
      return { group: noteChange(call, group, changed) }
    })
  }
  return {
    async listGroups({ organisation }: ReadCall<'listGroups'>) {
      const groups = await setting.database.readTenant({ organisation }, listGroupRows)
      return { groups: groups.map(describeGroup) }
    },
    async createGroup(call) {
      return call.commit(async (tx) => {
        await setting.lockLeader(tx, requirePerson(call.principal))
        const group = describeGroup(await createGroup(setting, tx, call.organisation, call.body))
        call.note({ object: { kind: 'group', id: group.id }, after: group })
        return { group }
      })
    },
    async changeGroup(call) {
      const { name, role } = call.body
      call.note({ object: { kind: 'group', id: call.params.group } })
      return call.commit(async (tx) => {
        const group = await open(call, tx)
        if (group.provisionedBy !== null && name !== group.name) throw failGroup('group.provisioned')
        const terms = { name, role, externalId: group.externalId }
        return { group: noteChange(call, group, await changeGroup(setting, tx, changerOf(call), group, terms)) }
      })
    },
    async deleteGroup(call) {
      call.note({ object: { kind: 'group', id: call.params.group } })
      return call.commit(async (tx) => {
        const group = await open(call, tx)
        await deleteGroup(setting, tx, changerOf(call), group)
        call.note({ before: describeGroup(group), after: null })
        return undefined
      })
    },
    addGroupMember: (call) => changeMembers(call, 'add'),
    removeGroupMember: (call) => changeMembers(call, 'remove'),
  }
}

function noteChange(call: ExistingCall, before: StoredGroup, after: StoredGroup) {
  call.note({ before: describeGroup(before), after: describeGroup(after) })
  return describeGroup(after)
}

function changerOf({ organisation, principal, address }: ExistingCall): Changer {
  return { organisation, actor: describeActor(principal), source: address }
}
