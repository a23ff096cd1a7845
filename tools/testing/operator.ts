/** An operator of a running installation: invited by the command on the host, with a passkey in memory. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient, type ApiClient, type OperatorRole, type Transport } from '@keyhold/contract'
import { createSoftAuthenticator } from '../../packages/control/src/modules/factors/testing/soft-authenticator.ts'

const command = fileURLToPath(new URL('../operators.ts', import.meta.url))
const run = promisify(execFile)

/** Enrols an operator by a link from the host. `exchange` reaches the installation. */
export async function enrolOperator(home: string, role: OperatorRole, exchange: Transport): Promise<ApiClient> {
  const invite = [command, 'invite', '--name', 'Ada Operator', '--role', role, '--home', home]
  const { stdout } = await run(process.execPath, invite)
  const link = new URL(/https:\S+/.exec(stdout)?.[0] ?? '')
  const secret = link.hash.slice(1)
  const jar = { cookie: '' }
  const api = createClient(keepCookies(exchange, jar), () => ({ ...jar, 'sec-fetch-site': 'same-origin' }))
  const { passkey } = await api.call('beginOperatorEnrolment', { body: { secret } })
  const { challenge } = passkey
  const place = { challenge, origin: link.origin, rpId: link.hostname }
  const answer = createSoftAuthenticator().make(place)
  await api.call('enrolOperator', { body: { secret, challenge, answer } })
  return api
}

/** As a browser does: the newest value of each answer's one cookie. */
function keepCookies(exchange: Transport, jar: { cookie: string }): Transport {
  return async (request) => {
    const answer = await exchange(request)
    const given = answer.headers['set-cookie']
    if (given !== undefined) jar.cookie = given.split(';')[0] ?? ''
    return answer
  }
}
