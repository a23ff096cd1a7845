/** What anyone may know of this installation: nothing of one organisation, once there are several. */
import type { Answer } from '../../platform/http/call.ts'
import type { SetupSetting } from './setting.ts'

/** `claimed` when an organisation is. */
export async function readInstallation(setting: SetupSetting): Promise<Answer<'readInstallation'>> {
  const { database, custody, serverPin, mail } = setting
  const known = await database.lookUp.organisations()
  return {
    claimed: known.some(({ state }) => state === 'active'),
    custody,
    serverPin,
    mail: mail.kind,
    maintenance: await setting.readMaintenance(),
  }
}
