/** The shell that waits to be let in: of the address, and of this tab while somebody signs in. */
import type { ShellRequest } from '@keyhold/client'

const key = 'keyhold-shell'
const patience = 10 * 60_000

/** Kept in this tab alone: signing in may lead to the identity provider and back. */
export function keepRequest(request: ShellRequest, now: number): void {
  sessionStorage.setItem(key, JSON.stringify({ until: now + patience, request }))
}

/** Undefined when there is none, or it is older than ten minutes. */
export function readKeptRequest(now: number): ShellRequest | undefined {
  const text = sessionStorage.getItem(key)
  if (text === null) return undefined
  const { until, request } = JSON.parse(text) as { until: number; request: ShellRequest }
  if (until > now) return request
  dropRequest()
  return undefined
}

export function dropRequest(): void {
  sessionStorage.removeItem(key)
}

/** Where somebody goes on who has signed in. */
export function goOnAfterSignIn(): '/' | '/shell' {
  return readKeptRequest(Date.now()) === undefined ? '/' : '/shell'
}
