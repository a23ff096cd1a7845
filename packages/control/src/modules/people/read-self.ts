/** Who is calling. */
import { failAccess, type Principal } from '../../platform/access.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Answer } from '../../platform/http/call.ts'
import { describePerson } from './accounts.ts'
import { listPeopleRows } from './people-store.ts'
import { readSessionRow } from './session-store.ts'
import type { PeopleSetting } from './setting.ts'

type Self = Answer<'readSelf'>

/** @throws `access.denied` for a data plane and an operator, `access.unauthenticated` when the session has ended just now */
export async function readSelf(setting: PeopleSetting, principal: Principal): Promise<Self> {
  if (principal.kind !== 'person' && principal.kind !== 'token') throw failAccess('access.denied')
  const { kind, id, organisation } = principal
  return setting.database.readTenant({ organisation }, async (tx) => {
    const organisationName = (await setting.readOrganisationName(tx, organisation)) ?? ''
    const common = { kind, id, organisation, organisationName, ...(await setting.readDataPlane(tx, organisation)) }
    if (principal.kind === 'person') return { ...common, ...(await readPerson(setting, tx, principal)) }
    const { project, scopes } = principal
    return { ...common, project, scopes: [...scopes], ...ofNoPerson }
  })
}

const ofNoPerson = { name: null, email: null, role: null, session: null, factorNeeded: false }

async function readPerson(
  setting: PeopleSetting,
  tx: Transaction,
  principal: Extract<Principal, { kind: 'person' }>,
): Promise<Pick<Self, 'project' | 'scopes' | 'name' | 'email' | 'role' | 'session' | 'factorNeeded'>> {
  const [[stored], session] = await Promise.all([
    listPeopleRows(tx, principal.id),
    readSessionRow(tx, principal.session),
  ])
  if (stored === undefined || session === undefined) throw failAccess('access.unauthenticated')
  const { name, email, role } = describePerson(setting, stored)
  const { id, expiresAbsolute, expiresIdle, limited } = session
  const ends = { id, expires: expiresAbsolute, expiresIdle }
  return { project: null, scopes: null, name, email, role, session: ends, factorNeeded: limited }
}
