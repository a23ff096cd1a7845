/** Makes a project with the keys that the data plane made for it; neither is stored without the other. */
import { randomUUIDv7 } from 'node:crypto'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failProject } from './errors.ts'
import type { ProjectSetting } from './setting.ts'
import { countProjects, insertProject, type StoredProject } from './store.ts'

const mostProjects = 1000

/** Adds a project in the caller's transaction. */
export type AddProject = (tx: Transaction) => Promise<StoredProject>

/**
 * Asks the data plane for the keys of a new project and gives what stores both.
 *
 * @throws `data_plane.away`, `link.timeout`, and what the data plane refuses
 */
export async function prepareProject(setting: ProjectSetting, organisation: string, name: string): Promise<AddProject> {
  const id = randomUUIDv7()
  const provision = await setting.provision(organisation, id)
  return async (tx) => {
    const project = { id, name, created: setting.now().toISOString() }
    await insertProject(tx, organisation, project)
    await setting.storeProvision(tx, { organisation, project: id }, provision)
    return project
  }
}

/** @throws `project.too_many` */
export async function requireRoom({ database }: ProjectSetting, organisation: string): Promise<void> {
  const count = await database.readTenant({ organisation }, countProjects)
  if (count >= mostProjects) throw failProject('project.too_many')
}
