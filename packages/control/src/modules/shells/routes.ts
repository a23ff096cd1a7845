/** The API's operations on shells that are signed in from a browser. */
import type { Database } from '../../platform/database/database.ts'
import type { Handlers } from '../../platform/http/call.ts'
import { describeAgent, requirePerson, type PeopleDoors } from '../people/index.ts'
import { confirmShell } from './confirm-shell.ts'
import { takeShell } from './take-shell.ts'

export type ShellHandlers = Handlers<'confirmShell' | 'signInShell'>
/** What the use cases work with. */
export type ShellSetting = {
  readonly database: Database
  readonly people: Pick<PeopleDoors, 'openSibling' | 'readPerson'>
  readonly now: () => Date
}

export function createShellHandlers(setting: ShellSetting): ShellHandlers {
  return {
    async confirmShell(call) {
      const caller = requirePerson(call.principal)
      call.note({ object: { kind: 'session', id: caller.session } })
      return call.commit((tx) => confirmShell(setting, tx, caller, call.body.challenge))
    },
    async signInShell(call) {
      const { organisation } = call.body
      const session = await takeShell(setting, call.body, call.enter)
      call.note({ object: { kind: 'session', id: session } })
      const place = { organisation, address: call.address, program: describeAgent(call.request.headers['user-agent']) }
      return call.commit(async (tx) => {
        const opened = await setting.people.openSibling(tx, session, place)
        call.note({ actor: { kind: 'person', id: opened.person } })
        const person = await setting.people.readPerson(tx, opened.person)
        return { organisation, session: opened.session, email: person?.email ?? '' }
      })
    },
  }
}
