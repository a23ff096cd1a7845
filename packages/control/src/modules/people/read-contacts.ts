/** Whom to write to when something happened to an organisation. */
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { openEmail } from './accounts.ts'
import { listPeopleRows } from './people-store.ts'

type ContactSetting = { readonly database: Database; readonly platformKey: PlatformKey }

/** E-mail addresses of the owners and, if still a member, of the person named. @throws `platform_key.cannot_open` */
export async function readContacts(
  { database, platformKey }: ContactSetting,
  organisation: string,
  person: string | null,
): Promise<string[]> {
  const people = await database.readTenant({ organisation }, (tx) => listPeopleRows(tx, null))
  const concerned = people.filter(
    ({ id, role, suspended }) => suspended === null && (role === 'owner' || id === person),
  )
  return [...new Set(concerned.map((one) => openEmail(platformKey, one)))]
}
