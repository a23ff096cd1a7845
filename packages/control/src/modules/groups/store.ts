/** The tables of groups and of who is in them. */
import type { GroupRole } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredGroup = {
  id: string
  name: string
  role: GroupRole | null
  externalId: string | null
  provisionedBy: string | null
  created: string
  /** Ids of people, those who came first first. */
  members: string[]
}

export type NewGroup = Omit<StoredGroup, 'members'> & { readonly organisation: string }

const selectGroups = `SELECT g.id, g.name, g.role, g.external_id AS "externalId", g.provisioned_by AS "provisionedBy",
    g.created, coalesce(m.members, '[]') AS members
  FROM groups g LEFT JOIN LATERAL (
    SELECT json_agg(m.person ORDER BY m.added, m.person) AS members FROM group_members m WHERE m.group_id = g.id
  ) m ON true`

/** By name. */
export async function listGroupRows(tx: Transaction): Promise<StoredGroup[]> {
  return tx.sql<StoredGroup>(`${selectGroups} ORDER BY g.name_lower`)
}

export async function readGroupRow(tx: Transaction, id: string): Promise<StoredGroup | undefined> {
  return (await tx.sql<StoredGroup>(`${selectGroups} WHERE g.id = $1`, [id]))[0]
}

export async function countGroups(tx: Transaction): Promise<number> {
  return (await tx.sql<{ count: number }>('SELECT count(*) AS count FROM groups'))[0]?.count ?? 0
}

/** False when another group has the name. */
export async function insertGroupRow(tx: Transaction, group: NewGroup): Promise<boolean> {
  const { organisation, id, name, role, externalId, provisionedBy, created } = group
  const rows = await tx.sql(
    `INSERT INTO groups (organisation, id, name, name_lower, role, external_id, provisioned_by, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organisation, name_lower) DO NOTHING RETURNING id`,
    [organisation, id, name, lowerName(name), role, externalId, provisionedBy, created],
  )
  return rows.length === 1
}

/** False when another group has the name. The caller holds the lock of the members. */
export async function updateGroupRow(
  tx: Transaction,
  { id, name, role, externalId }: Pick<StoredGroup, 'id' | 'name' | 'role' | 'externalId'>,
): Promise<boolean> {
  const taken = await tx.sql('SELECT id FROM groups WHERE name_lower = $1 AND id <> $2', [lowerName(name), id])
  if (taken.length > 0) return false
  await tx.sql('UPDATE groups SET name = $2, name_lower = $3, role = $4, external_id = $5 WHERE id = $1', [
    id,
    name,
    lowerName(name),
    role,
    externalId,
  ])
  return true
}

/** Its members go with it. */
export async function deleteGroupRow(tx: Transaction, id: string): Promise<void> {
  await tx.sql('DELETE FROM groups WHERE id = $1', [id])
}

/** Gives who was not in the group before. People who are no members of the organisation are left out. */
export async function insertGroupMembers(
  tx: Transaction,
  { organisation, group, people, now }: { organisation: string; group: string; people: readonly string[]; now: string },
): Promise<string[]> {
  const rows = await tx.sql<{ person: string }>(
    `INSERT INTO group_members (organisation, group_id, person, added)
     SELECT $1, $2, p.id, $4 FROM people p WHERE p.id = ANY($3::uuid[]) ON CONFLICT DO NOTHING RETURNING person`,
    [organisation, group, people, now],
  )
  return rows.map(({ person }) => person)
}

/** Gives who was in the group. */
export async function deleteGroupMembers(tx: Transaction, group: string, people: readonly string[]): Promise<string[]> {
  const rows = await tx.sql<{ person: string }>(
    'DELETE FROM group_members WHERE group_id = $1 AND person = ANY($2::uuid[]) RETURNING person',
    [group, people],
  )
  return rows.map(({ person }) => person)
}

/** Roles that the groups of these people give them; who gets none is left out. */
export async function readGroupRoles(
  tx: Transaction,
  people: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupRole[]>> {
  const rows = await tx.sql<{ person: string; roles: GroupRole[] }>(
    `SELECT m.person, json_agg(DISTINCT g.role) AS roles
     FROM group_members m JOIN groups g ON g.organisation = m.organisation AND g.id = m.group_id
     WHERE m.person = ANY($1::uuid[]) AND g.role IS NOT NULL GROUP BY m.person`,
    [people],
  )
  return new Map(rows.map(({ person, roles }) => [person, roles]))
}

function lowerName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
