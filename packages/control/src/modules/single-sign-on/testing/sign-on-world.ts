/** A node with an identity provider, a name server and a browser's side of the way, for the tests of single sign-on. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { PendingSignIn, SignOnDomain, SignOnPolicy } from '@keyhold/contract'
import { createDialler, type Dialler } from '../../../platform/outgoing/dialler.ts'
import { openServerIdentity, type ServerIdentity } from '../../../platform/tls/authority.ts'
import type { TestNode, TestOwner } from '../../setup/testing/test-node.ts'
import { useNode } from '../../setup/testing/use-node.ts'
import { solveProof } from '../../people/testing/solve-proof.ts'
import { startTestNames, type TestNames } from './test-names.ts'
import { startTestProvider, type TestProvider } from './test-provider.ts'

export type SignOnWorld = {
  readonly node: TestNode
  readonly owner: TestOwner
  readonly provider: TestProvider
  readonly names: TestNames
  readonly identity: ServerIdentity
}

/** Runs all of it for the tests of a file. `wrap` puts something around the dialler. */
export function useSignOn(
  onStart: (world: SignOnWorld) => void | Promise<void>,
  wrap: (dialler: Dialler) => Dialler = (dialler) => dialler,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-sso-'))
  const parts: { started?: Pick<SignOnWorld, 'provider' | 'names' | 'identity'> } = {}
  before(async () => {
    const identity = openServerIdentity(folder)
    parts.started = { identity, provider: await startTestProvider(identity), names: await startTestNames() }
  })
  useNode(
    (world) => onStart({ ...world, ...(parts.started as NonNullable<typeof parts.started>) }),
    () => ({
      dialler: wrap(
        createDialler({
          ranges: ['127.0.0.1/32'],
          hosts: [],
          authorities: parts.started?.identity.authority,
          dnsServers: [parts.started?.names.server ?? ''],
        }),
      ),
    }),
  )
  after(async () => {
    await parts.started?.provider.stop()
    await parts.started?.names.stop()
    rmSync(folder, { recursive: true })
  })
}

/** Enters a provider for an organisation. */
export async function enterProvider(node: TestNode, bearer: string, provider: TestProvider): Promise<void> {
  const { issuer, clientId, clientSecret } = provider
  const body = { name: 'Example login', issuer, clientId, clientSecret, scopes: 'openid email profile' }
  const answer = await node.call({ method: 'PUT', path: '/v1/organisation/identity-provider', bearer, body })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}

/** Adds a domain and proves it by its DNS record. */
export async function proveDomain(
  { node, names }: Pick<SignOnWorld, 'node' | 'names'>,
  bearer: string,
  domain: string,
): Promise<SignOnDomain> {
  const call = { method: 'POST', bearer }
  const added = await node.call<{ domain: SignOnDomain }>({
    ...call,
    path: '/v1/organisation/domains',
    body: { domain },
  })
  assert.equal(added.status, 201, JSON.stringify(added.body))
  const { id, token } = added.body.domain
  names.texts.set(`_keyhold-challenge.${domain}`, [token])
  const checked = await node.call<{ domain: SignOnDomain }>({
    ...call,
    path: `/v1/organisation/domains/${id}/check`,
  })
  assert.equal(checked.status, 200, JSON.stringify(checked.body))
  return checked.body.domain
}

export async function setPolicy(node: TestNode, bearer: string, policy: Partial<SignOnPolicy>) {
  const body = { signIn: 'any', joinRole: null, trustFactor: false, breakGlass: [], ...policy }
  return node.call<SignOnPolicy>({ method: 'PUT', path: '/v1/organisation/single-sign-on/policy', bearer, body })
}

/** A browser that has left for the provider. */
export type Away = { readonly url: string; readonly cookie: string; readonly state: string }

/** Leaves for the provider. @throws when it is refused */
export async function leave(node: TestNode, body: object, path = '/v1/single-sign-on', bearer?: string): Promise<Away> {
  const call = { method: 'POST', path, ...(bearer === undefined ? { body } : { bearer }) }
  let answer = await node.call<{ url: string }>(call)
  if (answer.problem.code === 'sign_in.proof_needed') {
    const proof = await solveProof(answer.problem.challenge)
    answer = await node.call<{ url: string }>({ ...call, body: { ...body, proof } })
  }
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const { url } = answer.body
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  return { url, cookie, state: new URL(url).searchParams.get('state') ?? '' }
}

type SignedIn = { organisation: string; pending: PendingSignIn | null; factorNeeded: boolean }

/** Hands in what the provider sent along. */
export async function comeHome(node: TestNode, cookie: string, query: Record<string, string> | string) {
  const text = typeof query === 'string' ? query : `?${new URLSearchParams(query).toString()}`
  const answer = await node.call<SignedIn>({
    method: 'POST',
    path: '/v1/single-sign-on/finish',
    headers: { cookie },
    body: { query: text },
  })
  const set = [answer.headers['set-cookie'] ?? []].flat().join('\n')
  return { ...answer, session: /__Host-keyhold=(kh_ses_\w+)/.exec(set)?.[1] }
}

/** The whole way for an account at the provider. */
export async function signInBy(
  { node, provider }: Pick<SignOnWorld, 'node' | 'provider'>,
  body: object,
  claims: Readonly<Record<string, unknown>>,
) {
  const { url, cookie, state } = await leave(node, body)
  const code = provider.issue({ claims: provider.claimsFor(url, claims) })
  return comeHome(node, cookie, { code, state, iss: provider.issuer })
}
