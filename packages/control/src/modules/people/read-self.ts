/** Who is calling. */
import { failAccess, type Principal } from '../../platform/access.ts'
import type { Answer } from '../../platform/http/call.ts'
import type { PeopleSetting } from './setting.ts'

/** @throws `access.denied` for a data plane */
export async function readSelf(setting: PeopleSetting, principal: Principal): Promise<Answer<'readSelf'>> {
  const { kind, id, organisation } = principal
  if (kind === 'dataPlane') throw failAccess('access.denied')
  const name = await setting.database.readTenant({ organisation }, (tx) =>
    setting.readOrganisationName(tx, organisation),
  )
  const reach =
    kind === 'token' ? { project: principal.project, scopes: [...principal.scopes] } : { project: null, scopes: null }
  return { kind, id, organisation, organisationName: name ?? '', ...reach }
}
