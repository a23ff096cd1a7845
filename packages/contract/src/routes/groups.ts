import { Type, type Static } from 'typebox'
import { groupRoles } from '../permissions.ts'
import { member, route } from '../route.ts'
import { Id, nullable, strict, Time, Title } from '../schema.ts'

const GroupRole = nullable(Type.Enum([...groupRoles]))
const GroupParams = strict({ group: Id })
const MemberParams = strict({ group: Id, person: Id })

export const Group = strict({
  id: Id,
  name: Title,
  /** Role that it gives its members, where it is stronger than their own; null for none. */
  role: GroupRole,
  /** An identity provider keeps its name and members; the role stays the organisation's to choose. */
  provisioned: Type.Boolean(),
  created: Time,
  members: Type.Array(Id),
})
export type Group = Static<typeof Group>

const manage = member('people.manage', 'none', { sudo: true })
const answered = strict({ group: Group })

export const groupRoutes = {
  listGroups: route({
    operationId: 'listGroups',
    method: 'GET',
    path: '/v1/groups',
    summary: 'Groups with their roles and members',
    access: member('people.read', 'none'),
    audit: { action: 'group.list', kind: 'read' },
    response: { status: 200, body: strict({ groups: Type.Array(Group) }) },
  }),
  createGroup: route({
    operationId: 'createGroup',
    method: 'POST',
    path: '/v1/groups',
    summary: 'Makes a group without members',
    access: manage,
    audit: { action: 'group.create', kind: 'change' },
    body: strict({ name: Title, role: GroupRole }),
    response: { status: 201, body: answered },
  }),
  changeGroup: route({
    operationId: 'changeGroup',
    method: 'PUT',
    path: '/v1/groups/:group',
    summary: 'Gives a group another name or role; its members’ open sessions have the new role from the next call on',
    access: manage,
    audit: { action: 'group.change', kind: 'change' },
    params: GroupParams,
    body: strict({ name: Title, role: GroupRole }),
    response: { status: 200, body: answered },
  }),
  deleteGroup: route({
    operationId: 'deleteGroup',
    method: 'DELETE',
    path: '/v1/groups/:group',
    summary: 'Deletes a group; its members keep their own roles',
    access: manage,
    audit: { action: 'group.delete', kind: 'change' },
    params: GroupParams,
    response: { status: 204 },
  }),
  addGroupMember: route({
    operationId: 'addGroupMember',
    method: 'PUT',
    path: '/v1/groups/:group/members/:person',
    summary: 'Adds a member to a group; one who is there already is no error',
    access: manage,
    audit: { action: 'group.add_member', kind: 'change' },
    params: MemberParams,
    response: { status: 200, body: answered },
  }),
  removeGroupMember: route({
    operationId: 'removeGroupMember',
    method: 'DELETE',
    path: '/v1/groups/:group/members/:person',
    summary: 'Takes a member out of a group; one who is not there is no error',
    access: manage,
    audit: { action: 'group.remove_member', kind: 'change' },
    params: MemberParams,
    response: { status: 200, body: answered },
  }),
} as const
