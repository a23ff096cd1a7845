/** Operators as they come to be: invited on the host or by another one, enrolled with a passkey in memory. */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { OperatorRole, PasskeyCreation, PasskeyRequest } from '@keyhold/contract'
import { createSoftAuthenticator, type SoftAuthenticator } from '../../factors/testing/soft-authenticator.ts'
import type { WorkNode } from '../../jobs/testing/work-node.ts'
import { callNode, readJson, type HttpAnswer } from '../../jobs/testing/work-world.ts'
import { drawSecret, hashSecret } from '../../tokens/index.ts'
import type { HostAnswer } from '../host-invitations.ts'

/** The name of its certificate by which tests reach the node. */
export const host = 'localhost'
const place = { origin: `https://${host}`, rpId: host }

/** As the command on the host does; gives the link's secret. */
export async function inviteFromHost(
  node: WorkNode,
  { home }: { readonly home: string },
  name: string,
  roles: readonly OperatorRole[],
): Promise<string> {
  const folder = join(home, 'operators')
  const id = randomUUID()
  const secret = drawSecret('opi')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const request = { name, roles, hash: hashSecret(secret).toString('base64url') }
  writeFileSync(join(folder, `${id}.request`), JSON.stringify(request), { mode: 0o600 })
  await node.operators.takeHostInvitations()
  const path = join(folder, `${id}.answer`)
  const answer = JSON.parse(readFileSync(path, 'utf8')) as HostAnswer
  rmSync(path)
  if ('refused' in answer) throw new Error(answer.refused)
  if (existsSync(join(folder, `${id}.request`))) throw new Error('the request was left there')
  return secret
}

export type Enrolled = {
  readonly id: string
  /** Of the session. */
  readonly secret: string
  readonly link: string
  readonly authenticator: SoftAuthenticator
}

const post = (node: WorkNode, path: string, body: object) =>
  callNode(node, 'POST', path, { bearer: undefined, headers: { host }, body })

export async function enrol(node: WorkNode, link: string): Promise<Enrolled> {
  const begun = await post(node, '/v1/operators/enrolment/begin', { secret: link })
  if (begun.status !== 201) throw new Error(begun.body.toString())
  const { challenge } = readJson<{ passkey: PasskeyCreation }>(begun).passkey
  const authenticator = createSoftAuthenticator()
  const answer = authenticator.make({ challenge, ...place })
  const done = await post(node, '/v1/operators/enrolment', { secret: link, challenge, answer })
  if (done.status !== 201) throw new Error(done.body.toString())
  return { id: readJson<{ id: string }>(done).id, secret: readOperatorCookie(done), link, authenticator }
}

export async function signIn(node: WorkNode, authenticator: SoftAuthenticator): Promise<HttpAnswer> {
  const asked = await callNode(node, 'GET', '/v1/operators/challenge', { bearer: undefined, headers: { host } })
  const { challenge } = readJson<PasskeyRequest>(asked)
  return post(node, '/v1/operators/sessions', { challenge, answer: authenticator.use({ challenge, ...place }) })
}

export function readOperatorCookie({ headers }: HttpAnswer): string {
  return /__Host-keyhold-operator=([^;]+)/.exec(String(headers['set-cookie']))?.[1] ?? ''
}
