/** An identity provider's connector, as it calls: SCIM over the real port with a provisioning token. */
import assert from 'node:assert/strict'
import type { ProvisioningToken } from '@keyhold/contract'
import type { TestNode } from '../../setup/testing/test-node.ts'

export type ScimUser = {
  readonly id: string
  readonly userName: string
  readonly displayName?: string
  readonly externalId?: string
  readonly active: boolean
  readonly groups: readonly { readonly value: string; readonly display: string }[]
  readonly emails: readonly { readonly value: string; readonly type: string; readonly primary: boolean }[]
  readonly meta: { readonly location: string; readonly version: string }
}
export type ScimGroup = {
  readonly id: string
  readonly displayName: string
  readonly externalId?: string
  readonly members: readonly { readonly value: string }[]
  readonly meta: { readonly version: string }
}
export type ScimList<T> = {
  readonly totalResults: number
  readonly startIndex: number
  readonly itemsPerPage: number
  readonly Resources: readonly T[]
}
type ScimError = {
  readonly schemas: string[]
  readonly status: string
  readonly scimType?: string
  readonly detail: string
}
export type ScimAnswer<T> = {
  readonly status: number
  readonly body: T
  readonly error: ScimError
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export type Connector = {
  readonly id: string
  readonly secret: string
  readonly call: <T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<ScimAnswer<T>>
  readonly patch: <T = unknown>(path: string, ...operations: readonly object[]) => Promise<ScimAnswer<T>>
  /** Makes a user and gives it. */
  readonly addUser: (userName: string, more?: object) => Promise<ScimUser>
  readonly addGroup: (displayName: string, members?: readonly string[]) => Promise<ScimGroup>
}

/** Makes a token as `by` and gives the connector that holds it. */
export async function makeConnector(node: TestNode, by: string, hours = 24): Promise<Connector> {
  const expires = new Date(node.time() + hours * 3600_000).toISOString()
  const made = await node.call<{ token: ProvisioningToken; secret: string }>({
    method: 'POST',
    path: '/v1/provisioning/tokens',
    bearer: by,
    body: { name: 'Example IdP', expires },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return connect(node, made.body.token.id, made.body.secret)
}

export function connect(node: TestNode, id: string, secret: string): Connector {
  async function call<T>(method: string, path: string, body?: unknown, headers = {}): Promise<ScimAnswer<T>> {
    const type = { 'content-type': 'application/scim+json' }
    const answer = await node.call<T>({
      method,
      path: `/scim/v2${path}`,
      bearer: secret,
      ...(body !== undefined && { body }),
      headers: { ...(body !== undefined && type), ...headers },
    })
    return { ...answer, error: answer.body as unknown as ScimError }
  }
  async function made<T>(path: string, body: object): Promise<T> {
    const answer = await call<T>('POST', path, body)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body
  }
  const schemas = (kind: string) => ({ schemas: [`urn:ietf:params:scim:schemas:core:2.0:${kind}`] })
  return {
    id,
    secret,
    call,
    patch: (path, ...operations) =>
      call('PATCH', path, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: operations,
      }),
    addUser: (userName, more = {}) => made('/Users', { ...schemas('User'), userName, active: true, ...more }),
    addGroup: (displayName, members = []) =>
      made('/Groups', { ...schemas('Group'), displayName, members: members.map((value) => ({ value })) }),
  }
}

/** Status and code of a refusal. */
export function refusal({ status, error }: ScimAnswer<unknown>): [number, string] {
  assert.deepEqual(error.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error'], JSON.stringify(error))
  assert.equal(error.status, String(status))
  return [status, error.detail.split(': ', 1)[0] ?? '']
}
