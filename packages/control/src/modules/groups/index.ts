/**
 * Groups of members. Owns the tables `groups` and `group_members`. Guarantees: what somebody may do is the strongest of
 * the own role and those of the person's groups, from the next call on; no group makes owners; each change of a role by a
 * group has its own entry in the log. Refuses changes of name and members of groups that an identity provider keeps.
 */
import { changeGroup, changeGroupMembers, createGroup, deleteGroup } from './change-groups.ts'
import { createGroupHandlers, type GroupHandlers } from './routes.ts'
import type { GroupSetting } from './setting.ts'
import { listGroupRows, readGroupRow } from './store.ts'

export type { Changer } from './change-groups.ts'
export { readGroupRoles, type StoredGroup } from './store.ts'

export type GroupsModule = { readonly handlers: GroupHandlers; readonly doors: GroupDoors }

/** What provisioning needs of groups; the caller holds the lock of the organisation's members. */
export type GroupDoors = ReturnType<typeof createDoors>

export function createGroups(setting: GroupSetting): GroupsModule {
  return { handlers: createGroupHandlers(setting), doors: createDoors(setting) }
}

function createDoors(setting: GroupSetting) {
  type Rest<F> = F extends (setting: GroupSetting, ...rest: infer R) => infer A ? (...rest: R) => A : never
  const bind = <F extends (setting: GroupSetting, ...rest: never[]) => unknown>(work: F) =>
    ((...rest: never[]) => work(setting, ...rest)) as Rest<F>
  return {
    list: listGroupRows,
    find: readGroupRow,
    create: bind(createGroup),
    change: bind(changeGroup),
    changeMembers: bind(changeGroupMembers),
    delete: bind(deleteGroup),
  }
}
