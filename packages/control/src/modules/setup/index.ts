/**
 * The first run: the organisation, its claim by the owner, and what anyone may know before signing in. Owns the table
 * `organisations`. Guarantees: an organisation is claimed once, by who proved the data plane's one-time secret, and
 * nothing is stored when any part of it fails. Refuses default secrets: there are none.
 */
import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../../platform/database/database.ts'
import { createSetupHandlers, type SetupHandlers } from './routes.ts'
import type { SetupSetting } from './setting.ts'
import { insertOrganisation } from './store.ts'

export type { SetupSetting } from './setting.ts'
export { insertOrganisation, readOrganisationName, readOrganisationState } from './store.ts'

export type SetupModule = { readonly handlers: SetupHandlers }

export function createSetup(setting: SetupSetting): SetupModule {
  return { handlers: createSetupHandlers(setting) }
}

/** The installation's first organisation; made, unclaimed, when there is none. */
export async function ensureOrganisation(
  database: Database,
  now: () => Date,
): Promise<{ readonly organisation: string; readonly state: 'unclaimed' | 'active' }> {
  const [first] = await database.lookUp.organisations()
  if (first !== undefined) return first
  const organisation = randomUUIDv7()
  await database.withTenant({ organisation }, (tx) => insertOrganisation(tx, organisation, now().toISOString()))
  return { organisation, state: 'unclaimed' }
}
