/** Somebody who is signed in lets a shell in as themselves. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { drawSecret, hashSecret } from '../tokens/index.ts'
import type { ShellSetting } from './routes.ts'
import { insertConfirmation } from './store.ts'

/** In milliseconds: for the browser to hand the code over, or for a person to carry it to another machine. */
const life = 5 * 60_000

type Confirmed = { readonly organisation: string; readonly code: string; readonly expires: string }

/** `challenge`: base64url of the SHA-256 of the shell's secret. Gives the code that the shell needs besides. */
export async function confirmShell(
  { now }: Pick<ShellSetting, 'now'>,
  tx: Transaction,
  { organisation, session }: { readonly organisation: string; readonly session: string },
  challenge: string,
): Promise<Confirmed> {
  const code = drawSecret('shl')
  const time = now().getTime()
  const expires = new Date(time + life).toISOString()
  await insertConfirmation(tx, {
    organisation,
    code: hashSecret(code),
    challenge: Buffer.from(challenge, 'base64url'),
    session,
    created: new Date(time).toISOString(),
    expires,
  })
  return { organisation, code, expires }
}
