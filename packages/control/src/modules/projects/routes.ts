/** The API's operations on projects. */
import type { Handlers, ReadCall } from '../../platform/http/call.ts'
import { prepareProject, requireRoom } from './create-project.ts'
import { failProject } from './errors.ts'
import type { ProjectSetting } from './setting.ts'
import { listProjectRows, renameProjectRow } from './store.ts'

export type ProjectHandlers = Handlers<'listProjects' | 'createProject' | 'renameProject' | 'readKeys'>

export function createProjectHandlers(setting: ProjectSetting): ProjectHandlers {
  const { database } = setting

  async function readKeys({ organisation, params }: ReadCall<'readKeys'>) {
    const [set, anchorPublicKey] = await Promise.all([
      database.readTenant({ organisation }, (tx) => setting.readKeySet(tx, params.project)),
      setting.readAnchorKey(organisation),
    ])
    if (set === undefined || anchorPublicKey === undefined) throw failProject('project.unknown')
    return { set, anchorPublicKey }
  }
  return {
    async listProjects({ organisation, principal }) {
      const only = principal.kind === 'token' ? principal.project : null
      return { projects: await database.readTenant({ organisation }, (tx) => listProjectRows(tx, only)) }
    },
    async createProject(call) {
      const { organisation, body } = call
      await requireRoom(setting, organisation)
      const add = await prepareProject(setting, organisation, body.name)
      return call.commit(async (tx) => {
        const project = await add(tx)
        call.note({ project: project.id, object: { kind: 'project', id: project.id }, after: project })
        return { project }
      })
    },
    async renameProject(call) {
      const { params, body } = call
      call.note({ object: { kind: 'project', id: params.project } })
      return call.commit(async (tx) => {
        const [before = null] = await listProjectRows(tx, params.project)
        const project = await renameProjectRow(tx, params.project, body.name)
        if (project === undefined) throw failProject('project.unknown')
        call.note({ before, after: project })
        return { project }
      })
    },
    readKeys,
  }
}
