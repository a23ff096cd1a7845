/**
 * Changes of groups, each in the caller's transaction under the lock of the organisation's members. Whose role becomes
 * another one by it has it from the next call on, and gets an entry in the log.
 */
import { randomUUIDv7 } from 'node:crypto'
import type { Group, GroupRole } from '@keyhold/contract'
import type { AuditActor } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failGroup } from './errors.ts'
import type { GroupSetting } from './setting.ts'
import {
  countGroups,
  deleteGroupMembers,
  deleteGroupRow,
  insertGroupMembers,
  insertGroupRow,
  readGroupRow,
  updateGroupRow,
  type StoredGroup,
} from './store.ts'

const mostGroups = 1_000

/** Who changes something, for the log; `source` is the network address. */
export type Changer = { readonly organisation: string; readonly actor: AuditActor; readonly source: string }

export type GroupTerms = {
  readonly name: string
  readonly role: GroupRole | null
  readonly externalId?: string | null
  /** The provisioning token that makes it. */
  readonly provisionedBy?: string
}

/** @throws `group.exists`, `group.too_many` */
export async function createGroup(
  { now }: GroupSetting,
  tx: Transaction,
  organisation: string,
  { name, role, externalId = null, provisionedBy }: GroupTerms,
): Promise<StoredGroup> {
  if ((await countGroups(tx)) >= mostGroups) throw failGroup('group.too_many')
  const terms = { id: randomUUIDv7(), name, role, externalId, provisionedBy: provisionedBy ?? null }
  const group = { ...terms, created: now().toISOString() }
  if (!(await insertGroupRow(tx, { ...group, organisation }))) throw failGroup('group.exists')
  return { ...group, members: [] }
}

/** @throws `group.exists` */
export async function changeGroup(
  setting: GroupSetting,
  tx: Transaction,
  by: Changer,
  { id, members, role: before }: StoredGroup,
  terms: Pick<StoredGroup, 'name' | 'role' | 'externalId'>,
): Promise<StoredGroup> {
  if (!(await updateGroupRow(tx, { id, ...terms }))) throw failGroup('group.exists')
  if (terms.role !== before) await refresh(setting, tx, by, id, members)
  return requireGroup(tx, id)
}

export async function deleteGroup(
  setting: GroupSetting,
  tx: Transaction,
  by: Changer,
  { id, members, role }: StoredGroup,
): Promise<void> {
  await deleteGroupRow(tx, id)
  if (role !== null) await refresh(setting, tx, by, id, members)
}

/** @throws `group.member_unknown`, and nothing is changed then */
export async function changeGroupMembers(
  setting: GroupSetting,
  tx: Transaction,
  by: Changer,
  { id, members }: StoredGroup,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<StoredGroup> {
  const there = new Set(members)
  const wanted = [...new Set(add)].filter((person) => !there.has(person))
  const now = setting.now().toISOString()
  const added = await insertGroupMembers(tx, { organisation: by.organisation, group: id, people: wanted, now })
  if (added.length < wanted.length) throw failGroup('group.member_unknown')
  const removed = await deleteGroupMembers(tx, id, remove)
  await refresh(setting, tx, by, id, [...added, ...removed])
  return requireGroup(tx, id)
}

/** @throws `group.unknown` */
export async function requireGroup(tx: Transaction, id: string): Promise<StoredGroup> {
  const group = await readGroupRow(tx, id)
  if (group === undefined) throw failGroup('group.unknown')
  return group
}

/** As the organisation's own people see it. */
export function describeGroup({ id, name, role, provisionedBy, created, members }: StoredGroup): Group {
  return { id, name, role, provisioned: provisionedBy !== null, created, members }
}

async function refresh(
  { refreshRoles, audit }: GroupSetting,
  tx: Transaction,
  { organisation, actor, source }: Changer,
  group: string,
  people: readonly string[],
): Promise<void> {
  for (const { person, role } of await refreshRoles(tx, people)) {
    // The entry of the change itself follows in the same transaction, and is waited for.
    await audit.stage(tx, {
      organisation,
      project: null,
      action: 'person.change_role',
      outcome: 'success',
      code: null,
      actor,
      source,
      object: { kind: 'person', id: person },
      details: { role, group },
    })
  }
}
