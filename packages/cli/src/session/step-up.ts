/** A fresh proof that it is still the same person, when the server asks for one, and then the call again. */
import { ApiError, type ApiClient } from '@keyhold/contract'
import type { CommandContext } from '../command.ts'
import { askFactor, askPassword } from '../commands/ask.ts'
import { readCredentials, storeCredentials } from './credentials.ts'

/** Makes a call again after a refusal for want of a fresh proof, once that was given. */
export type ProveAndRepeat = <T>(call: () => Promise<T>) => Promise<T>

/** Asks for a proof (KEYHOLD_PASSWORD, KEYHOLD_CODE or the terminal) with this client, and repeats what was refused. */
export function repeatAfterStepUp(context: CommandContext, api: ApiClient): ProveAndRepeat {
  return async (call) => {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'access.step_up_needed') throw error
      await stepUp(context, api)
      return call()
    }
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
