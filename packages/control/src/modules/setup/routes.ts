/** The API's operations that come before anyone has signed in. */
import type { Handlers } from '../../platform/http/call.ts'
import { readInstallation } from './read-installation.ts'
import { setUp } from './set-up.ts'
import type { SetupSetting } from './setting.ts'

export type SetupHandlers = Handlers<'readHealth' | 'readInstallation' | 'setUp'>

export function createSetupHandlers(setting: SetupSetting): SetupHandlers {
  return {
    readHealth: () => Promise.resolve({ status: 'ok', version: setting.version }),
    readInstallation: () => readInstallation(setting),
    async setUp(call) {
      const { organisation } = call.body
      call.note({ object: { kind: 'organisation', id: organisation } })
      const enter = () => call.enter(organisation)
      return setUp(setting, { ...call.body, address: call.address }, enter, call.commit)
    },
  }
}
