/** The operators' part of the API, and what is fetched of it. */
import {
  ApiError,
  operatorMay,
  type CallInput,
  type CallOutput,
  type OperationId,
  type OperatorAction,
} from '@keyhold/contract'
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { plainApi } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { signByPasskey } from '../security/passkey.ts'

export type OperatorSelf = CallOutput<'readOperatorSelf'>

/** Calls as the operator. What needs a fresh proof asks the browser for the passkey, and is repeated. */
export async function callAsOperator<O extends OperationId>(operation: O, input: CallInput<O>): Promise<CallOutput<O>> {
  try {
    return await plainApi.call(operation, input)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'access.step_up_needed') throw error
    await proveAgain()
    return plainApi.call(operation, input)
  }
}

/** Asks the browser for the operator's passkey: for ten minutes the session may do what is sensitive. */
export async function proveAgain(): Promise<void> {
  const asked = await plainApi.call('beginOperatorStepUp', {})
  const answer = await signByPasskey(asked)
  await plainApi.call('stepUpOperator', { body: { challenge: asked.challenge, answer } })
}

/** Signs in by whichever passkey the person chooses. */
export async function signInAsOperator(): Promise<void> {
  const asked = await plainApi.call('readOperatorChallenge', {})
  const answer = await signByPasskey(asked)
  await plainApi.call('signInOperator', { body: { challenge: asked.challenge, answer } })
  await queryClient.resetQueries({ queryKey: ['operator'] })
}

export async function signOutOperator(): Promise<void> {
  await plainApi.call('signOutOperator', {})
  await queryClient.resetQueries({ queryKey: ['operator'] })
}

/** All but who one is, and what was asked of an organisation: that is in the organisation's log each time. */
export const forgetOperated = (): Promise<void> =>
  queryClient.invalidateQueries({
    queryKey: ['operator'],
    predicate: ({ queryKey }) => queryKey[1] !== 'self' && queryKey[1] !== 'ciphertext',
  })

export const selfOptions = queryOptions({
  queryKey: ['operator', 'self'],
  queryFn: ({ signal }) => plainApi.call('readOperatorSelf', { signal }),
  retry: false,
})
export const healthOptions = queryOptions({
  queryKey: ['operator', 'health'],
  queryFn: ({ signal }) => plainApi.call('readInstallationHealth', { signal }),
  refetchInterval: 10_000,
})
export const organisationsOptions = queryOptions({
  queryKey: ['operator', 'organisations'],
  queryFn: ({ signal }) => plainApi.call('listOrganisations', { signal }),
})
export const operatorsOptions = queryOptions({
  queryKey: ['operator', 'people'],
  queryFn: ({ signal }) => plainApi.call('listOperators', { signal }),
})
export const versionsOptions = queryOptions({
  queryKey: ['operator', 'versions'],
  queryFn: ({ signal }) => plainApi.call('readVersions', { signal }),
})
export const ownSessionsOptions = queryOptions({
  queryKey: ['operator', 'sessions'],
  queryFn: async ({ signal }) => (await plainApi.call('listOperatorSessions', { signal })).sessions,
})
export const ownPasskeysOptions = queryOptions({
  queryKey: ['operator', 'passkeys'],
  queryFn: async ({ signal }) => (await plainApi.call('listOperatorPasskeys', { signal })).passkeys,
})

const ciphertextPage = 1000

/** An organisation's sealed objects, a page at a time; fetched when they are asked for and no more. */
export const ciphertextOptions = (organisation: string) =>
  infiniteQueryOptions({
    queryKey: ['operator', 'ciphertext', organisation],
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam === '' ? {} : { after: pageParam }
      return (await plainApi.call('listCiphertext', { params: { organisation }, query, signal })).objects
    },
    initialPageParam: '',
    getNextPageParam: (page) => (page.length === ciphertextPage ? page.at(-1)?.id : undefined),
    staleTime: Infinity,
    gcTime: 0,
  })

/** Whether the signed-in operator may do something. */
export function useOperatorMay(action: OperatorAction): boolean {
  const { data } = useQuery(selfOptions)
  return data !== undefined && operatorMay(data.roles, action)
}
