/**
 * Projects. Owns the table `projects`, but for its catalogue version, which the catalogue counts. Guarantees: a project
 * and its keys are stored together or not at all; its sealing keys are given out as the anchor signed them.
 */
import { Type } from 'typebox'
import type { Database } from '../../platform/database/database.ts'
import type { RegisterControlMethod } from '../link/index.ts'
import { type AddProject, prepareProject } from './create-project.ts'
import { createProjectHandlers, type ProjectHandlers } from './routes.ts'
import type { ProjectSetting } from './setting.ts'
import { listProjectRows } from './store.ts'

export type { ProjectSetting } from './setting.ts'
export { hasProject } from './store.ts'

/** Tells data planes which projects there are. */
export function registerProjectMethods(register: RegisterControlMethod, database: Database): void {
  register('projects.list', Type.Object({}, { additionalProperties: false }), async (peer) => ({
    projects: (await database.readTenant(peer, (tx) => listProjectRows(tx, null))).map(({ id }) => id),
  }))
}

export type ProjectsModule = {
  readonly handlers: ProjectHandlers
  /** Has keys made for a new project and gives what stores it with them. @throws `data_plane.away` */
  readonly prepareProject: (organisation: string, name: string) => Promise<AddProject>
}

export function createProjects(setting: ProjectSetting): ProjectsModule {
  return {
    handlers: createProjectHandlers(setting),
    prepareProject: (organisation, name) => prepareProject(setting, organisation, name),
  }
}
