/** Who is signed in here, and the key that signs what they ask. */
import type { Caller } from '@keyhold/client'
import { ApiError, type CallOutput } from '@keyhold/contract'
import { importDevicePair } from '@keyhold/sealed'
import { queryOptions } from '@tanstack/react-query'
import { api } from './client.ts'
import { forgetConversations } from './data-plane.ts'
import { WebProblem } from './problem.ts'
import { queryClient } from './query-client.ts'
import { readDevice } from './store.ts'

type Self = CallOutput<'readSelf'>
export type Session = { readonly self: Self; readonly caller: Caller; readonly device: string }

/** The signed-in person with this browser's device. Rejects with `access.unauthenticated` or `device.missing`. */
export const sessionOptions = queryOptions({
  queryKey: ['session'],
  queryFn: loadSession,
  staleTime: 60_000,
  retry: false,
})

async function loadSession(): Promise<Session> {
  const self = await api.call('readSelf', {})
  const device = await readDevice(self.organisation)
  if (device === undefined) {
    throw new WebProblem(
      'device.missing',
      'This browser has no key of its own for this organisation',
      'Sign in again: it makes one.',
    )
  }
  const signer = await importDevicePair(device.pair)
  return {
    self,
    device: device.name,
    caller: { api, organisation: self.organisation, anchor: device.anchor, signer },
  }
}

/** Ends the session at the server and forgets all that was fetched and opened here. The device's key stays. */
export async function signOut(): Promise<void> {
  try {
    await api.call('signOut', {})
  } catch (error) {
    // A session that is over already need not be ended.
    if (!(error instanceof ApiError) || error.problem.status !== 401) throw error
  }
  forgetFetched()
}

/** Drops everything that this page holds of a session. */
export function forgetFetched(): void {
  queryClient.clear()
  forgetConversations()
}
