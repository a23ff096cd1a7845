/** What anyone may know of this installation. */
import type { Answer } from '../../platform/http/call.ts'
import type { SetupSetting } from './setting.ts'

/** `claimed` when every organisation is; `connected` when every organisation's data plane is. */
export async function readInstallation(setting: SetupSetting): Promise<Answer<'readInstallation'>> {
  const { database, custody, serverPin, isConnected, mail } = setting
  const known = await database.lookUp.organisations()
  const connected = known.length > 0 && known.every(({ organisation }) => isConnected(organisation))
  return {
    claimed: known.length > 0 && known.every(({ state }) => state === 'active'),
    custody,
    serverPin,
    mail: mail.kind,
    dataPlane: connected ? 'connected' : 'away',
  }
}
