/** The API's operations by which operators enter: challenge, sign-in, enrolment. */
import type { Answer, ChangeCall, Handlers, ReadCall } from '../../platform/http/call.ts'
import { formatSessionCookie, operatorCookie, refuseOtherSites } from '../../platform/http/credentials.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { describeAgent } from '../people/index.ts'
import { beginEnrolment, enrolOperator } from './enrol.ts'
import { failOperator } from './errors.ts'
import { readSelf } from './read-self.ts'
import { openSession, type Session } from './sessions.ts'
import type { OperatorSetting } from './setting.ts'
import { askForPasskey, showPasskey } from './show-passkey.ts'

export type EnteringHandlers = Handlers<
  'readOperatorChallenge' | 'signInOperator' | 'beginOperatorEnrolment' | 'enrolOperator'
>

type AnyCall = Pick<ReadCall<'readOperatorChallenge'>, 'request' | 'reply' | 'address'>
export const hostOf = ({ request }: Pick<AnyCall, 'request'>): string => request.headers.host ?? ''

export function createEnteringHandlers(setting: OperatorSetting): EnteringHandlers {
  async function signInOperator(call: ChangeCall<'signInOperator'>): Promise<Answer<'signInOperator'>> {
    refuseOtherSites(call.request)
    const shown = { ...call.body, host: hostOf(call) }
    return call.commit(async (tx) => {
      const id = await showPasskey(setting, tx, 'sign-in', shown, (known) =>
        call.note({ object: { kind: 'operator', id: known } }),
      )
      if (id === undefined) throw failOperator('operator.refused')
      return enter(setting, tx, call, id)
    })
  }
  return {
    readOperatorChallenge: async (call) => askForPasskey(setting, 'sign-in', hostOf(call), []),
    signInOperator,
    async beginOperatorEnrolment(call) {
      refuseOtherSites(call.request)
      const { secret } = call.body
      return call.commit(async (tx) => {
        const { name, roles, passkey } = await beginEnrolment(setting, tx, { secret, host: hostOf(call) })
        return { name, roles: [...roles], passkey }
      })
    },
    async enrolOperator(call) {
      refuseOtherSites(call.request)
      return call.commit(async (tx) => {
        const id = await enrolOperator(setting, tx, { ...call.body, host: hostOf(call) })
        call.note({ object: { kind: 'operator', id } })
        return enter(setting, tx, call, id)
      })
    },
  }
}

/** Opens a session, whose secret goes into the operators' cookie and nowhere else. */
async function enter(
  setting: OperatorSetting,
  tx: Transaction,
  call: AnyCall & Pick<ChangeCall<'signInOperator'>, 'note'>,
  id: string,
): Promise<Answer<'signInOperator'>> {
  call.note({ actor: { kind: 'operator', id } })
  const program = describeAgent(call.request.headers['user-agent'])
  const session = await openSession(setting, tx, { operator: id, address: call.address, program })
  setOperatorCookie(call, session)
  return readSelf(setting, tx, id, session.expires)
}

export function setOperatorCookie({ reply }: Pick<AnyCall, 'reply'>, { secret, expires }: Session): void {
  reply.header('set-cookie', formatSessionCookie(secret, expires, operatorCookie))
}
