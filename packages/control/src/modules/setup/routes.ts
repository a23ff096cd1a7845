/** The API's operations that come before anyone has signed in. */
import type { Handlers } from '../../platform/http/call.ts'
import { handOver, refuseOtherSites } from '../../platform/http/credentials.ts'
import { readInstallation } from './read-installation.ts'
import { setUp } from './set-up.ts'
import type { SetupSetting } from './setting.ts'

export type SetupHandlers = Handlers<'readHealth' | 'readInstallation' | 'setUp'>

export function createSetupHandlers(setting: SetupSetting): SetupHandlers {
  return {
    readHealth: () => Promise.resolve({ status: 'ok', version: setting.version }),
    readInstallation: () => readInstallation(setting),
    async setUp(call) {
      const { organisation, browser = false } = call.body
      if (browser) refuseOtherSites(call.request)
      call.note({ object: { kind: 'organisation', id: organisation } })
      const enter = () => call.enter(organisation)
      const request = { ...call.body, address: call.address, agent: call.request.headers['user-agent'] }
      return setUp(setting, request, enter, (work) =>
        call.commit(async (tx) => {
          const done = await work(tx)
          return { ...done, session: handOver(call.reply, browser, done.session) }
        }),
      )
    },
  }
}
