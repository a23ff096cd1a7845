/** A fresh proof that it is still the same person, when the server asks for one, and then the call again. */
import { ApiError, type ApiClient } from '@keyhold/contract'
import type { CommandContext } from '../command.ts'
import { askFactor, askPassword } from '../commands/ask.ts'
import { readCredentials, storeCredentials } from './credentials.ts'

/** The client, which asks for a proof (KEYHOLD_PASSWORD, KEYHOLD_CODE or the terminal) and repeats what was refused. */
export function withStepUp(context: CommandContext, api: ApiClient): ApiClient {
  return {
    async call(operation, input) {
      try {
        return await api.call(operation, input)
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'access.step_up_needed') throw error
        await stepUp(context, api)
        return api.call(operation, input)
      }
    },
  }
}

async function stepUp(context: CommandContext, api: ApiClient): Promise<void> {
  const { proofs } = await api.call('beginStepUp', {})
  const proof = proofs.includes('password')
    ? ({ kind: 'password', password: await askPassword(context, false) } as const)
    : await askFactor(context, proofs)
  const { session } = await api.call('stepUp', { body: { proof } })
  const stored = readCredentials(context.home)
  if (stored !== undefined && session !== null) {
    storeCredentials(context.home, { ...stored, secret: { kind: 'session', secret: session.secret } })
  }
}
