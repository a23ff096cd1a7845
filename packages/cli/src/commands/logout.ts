import { ApiError } from '@keyhold/contract'
import { writeJson, writeLine, type Command } from '../command.ts'
import { deleteCredentials, readCredentials, storeCredentials } from '../session/credentials.ts'
import { withSession } from '../session/session.ts'

export const logout: Command = {
  name: 'logout',
  usage: 'logout [--forget]',
  summary: 'End the session of this shell',
  about:
    'Keeps this device’s signing key, which the data plane knows, so that the next login can ask and upload again.',
  options: { forget: { kind: 'flag', about: 'delete this device’s key too; it must then be endorsed anew' } },
  async run(context, args) {
    const stored = readCredentials(context.home)
    if (stored?.secret?.kind === 'session') await endSession(context)
    if (args.flag('forget')) deleteCredentials(context.home)
    else if (stored !== undefined) storeCredentials(context.home, { ...stored, secret: null })
    if (context.json) return writeJson(context.out, { signedOut: true, forgotten: args.flag('forget') })
    await writeLine(context.out, 'Signed out.')
  },
}

async function endSession(context: Parameters<Command['run']>[0]): Promise<void> {
  try {
    await withSession({ ...context, env: {} }, ({ api }) => api.call('signOut', {}))
  } catch (error) {
    // A session that has ended already is as good.
    if (!(error instanceof ApiError) || error.problem.status !== 401) throw error
  }
}
