/** What anyone may know of this installation. */
import type { Answer } from '../../platform/http/call.ts'
import type { SetupSetting } from './setting.ts'

/** `claimed` when an organisation is; `connected` when every claimed organisation's data plane is. */
export async function readInstallation(setting: SetupSetting): Promise<Answer<'readInstallation'>> {
  const { database, custody, serverPin, isConnected, mail } = setting
  const known = await database.lookUp.organisations()
  const claimed = known.filter(({ state }) => state === 'active')
  // An organisation that operators made and nobody claimed yet is nobody's trouble.
  const awaited = claimed.length > 0 ? claimed : known
  const connected = awaited.length > 0 && awaited.every(({ organisation }) => isConnected(organisation))
  return {
    claimed: claimed.length > 0,
    custody,
    serverPin,
    mail: mail.kind,
    dataPlane: connected ? 'connected' : 'away',
    maintenance: await setting.readMaintenance(),
  }
}
