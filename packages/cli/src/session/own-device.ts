/** Whether the data plane knows this shell's key, and how to make it known. */
import { hostname } from 'node:os'
import { fetchRoster, formatDeviceCode } from '@keyhold/client'
import { fingerprint } from '@keyhold/sealed'
import { writeLine, type CommandContext } from '../command.ts'
import type { Session } from './session.ts'

/** What an endorsed device takes to let this one in. */
async function formatOwnCode({ api, signer }: Session): Promise<string> {
  const { id: person } = await api.call('readSelf', {})
  return formatDeviceCode({ publicKey: signer.publicKey, person, name: hostname() || 'shell' })
}

/** Says nothing when the data plane knows this shell's key, else as `describeOwnDevice`. */
export async function describeUnlessEndorsed(context: CommandContext, session: Session): Promise<void> {
  const { members } = await fetchRoster(session)
  if (!members.has(session.signer.keyId)) await describeOwnDevice(context, session)
}

/** Says on standard error that this device waits for its endorsement, and how to give it. */
async function describeOwnDevice(context: CommandContext, session: Session): Promise<void> {
  const lines = [
    'The data plane does not know this shell’s key yet, and takes no data from it. Give this code to a device',
    'that it knows (in a browser: Tokens → Endorse a device; in a shell: keyhold devices endorse CODE):',
    `  ${await formatOwnCode(session)}`,
    'and compare the fingerprint there with this one:',
    `  ${await fingerprint(session.signer.publicKey)}`,
  ]
  await writeLine(context.err, lines.join('\n'))
}
