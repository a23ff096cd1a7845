/** Leaving for the identity provider, and where to go on afterwards. */
import { withProof } from '@keyhold/client'
import type { Proof, ProofChallenge } from '@keyhold/contract'
import { api } from '../../api/client.ts'

const key = 'keyhold-sign-on-back'

type Begin = { readonly email: string } | { readonly organisation: string; readonly invitation?: string }

/** Signs in at the provider of an address’s domain, or of an organisation. `solve` does work that is asked for. Throws ApiError. */
export async function leaveToSignIn(body: Begin, solve: (challenge: ProofChallenge) => Promise<Proof>): Promise<void> {
  const begin = (proof: Proof | undefined) =>
    api.call('beginSingleSignOn', { body: { ...body, ...(proof && { proof }) } })
  go((await withProof(begin, solve)).url)
}

/** Connects the own account, or proves that it is still oneself; comes back to this page. Throws ApiError. */
export async function leaveForProvider(operation: 'beginConnect' | 'beginProviderStepUp'): Promise<void> {
  const { url } = await api.call(operation, {})
  sessionStorage.setItem(key, location.pathname)
  go(url)
}

/** The page that was left; only ever a path of this site. */
export function takeBack(): string {
  const path = sessionStorage.getItem(key) ?? '/'
  return /^\/(?!\/)[\w/-]*$/.test(path) ? path : '/'
}

function go(url: string): void {
  if (URL.parse(url)?.protocol === 'https:') location.assign(url)
}
