/** The table of projects. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredProject = { id: string; name: string; created: string }

export async function insertProject(tx: Transaction, organisation: string, project: StoredProject): Promise<void> {
  const { id, name, created } = project
  await tx.sql('INSERT INTO projects (organisation, id, name, created) VALUES ($1, $2, $3, $4)', [
    organisation,
    id,
    name,
    created,
  ])
}

/** The project with its new name, or undefined when there is none. */
export async function renameProjectRow(tx: Transaction, id: string, name: string): Promise<StoredProject | undefined> {
  const rows = await tx.sql<StoredProject>('UPDATE projects SET name = $2 WHERE id = $1 RETURNING id, name, created', [
    id,
    name,
  ])
  return rows[0]
}

/** The organisation's projects, or the one named, oldest first. */
export async function listProjectRows(tx: Transaction, only: string | null): Promise<StoredProject[]> {
  return tx.prepared<StoredProject>(
    'projects.list',
    'SELECT id, name, created FROM projects WHERE $1::uuid IS NULL OR id = $1 ORDER BY created, id LIMIT 1000',
    [only],
  )
}

export async function countProjects(tx: Transaction): Promise<number> {
  return (await tx.sql<{ count: number }>('SELECT count(*) AS count FROM projects'))[0]?.count ?? 0
}

export async function hasProject(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.prepared('projects.has', 'SELECT 1 FROM projects WHERE id = $1', [id])).length === 1
}
