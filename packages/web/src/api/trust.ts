/** What this browser's trust rests on: the anchor, the project's sealing keys that it signed, the server's authority. */
import { fetchSealingSet, type Caller } from '@keyhold/client'
import type { SealingKeySet } from '@keyhold/contract'
import { decodeBase64url, digestBytes, fingerprint } from '@keyhold/sealed'
import { queryOptions } from '@tanstack/react-query'
import { pins } from './store.ts'

export type ProjectKeys = {
  readonly set: SealingKeySet
  /** Of the anchor that signed the set and that this browser pinned, as the data plane's console prints it. */
  readonly anchorFingerprint: string
  /** Key id of the data plane. */
  readonly dataPlane: string
}

/** Rejects with `anchor.set_not_signed`, `anchor.set_expired` and `anchor.set_rolled_back`. */
export const projectKeysOptions = (caller: Caller, project: string) =>
  queryOptions({
    queryKey: ['project-keys', project],
    queryFn: async (): Promise<ProjectKeys> => {
      const set = await fetchSealingSet({ ...caller, project }, pins, Date.now())
      const { anchorPublicKey } = await caller.api.call('readKeys', { params: { project } })
      return {
        set,
        anchorFingerprint: await fingerprint(decodeBase64url(anchorPublicKey) ?? new Uint8Array()),
        dataPlane: await digestBytes(decodeBase64url(set.signer) ?? new Uint8Array()),
      }
    },
    staleTime: 60_000,
  })

/** Address of the certificate of the local authority. */
export const authorityAddress = '/authority.pem'

/** SHA-256 of the authority's certificate as it is printed at the start: `A8:33:…`; null where there is none. */
export const authorityOptions = queryOptions({
  queryKey: ['authority'],
  queryFn: async (): Promise<string | null> => {
    const answer = await fetch(authorityAddress, { credentials: 'omit', redirect: 'error' })
    const body = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END/.exec(await answer.text())?.[1]
    if (!answer.ok || body === undefined) return null
    const der = Uint8Array.from(atob(body.replaceAll(/\s/g, '')), (character) => character.charCodeAt(0))
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der))
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')
  },
  staleTime: Number.POSITIVE_INFINITY,
})
