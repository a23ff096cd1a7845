/** A shell shows its own secret and the code that a browser got for it. */
import { timingSafeEqual } from 'node:crypto'
import { hashSecret } from '../tokens/index.ts'
import { failShell } from './errors.ts'
import type { ShellSetting } from './routes.ts'
import { takeConfirmation } from './store.ts'

type Shown = { readonly organisation: string; readonly code: string; readonly verifier: string }

/**
 * The session that confirmed. The code is taken whatever becomes of it: one that came to another shell is worth nothing
 * from then on. `onKnown` hears whose it is once there is such a code; nothing else gets into an organisation's log.
 *
 * @throws `shell.refused`
 */
export async function takeShell(
  { database, now }: ShellSetting,
  { organisation, code, verifier }: Shown,
  onKnown: (organisation: string) => void,
): Promise<string> {
  const taken = await database.withTenant({ organisation }, (tx) =>
    takeConfirmation(tx, hashSecret(code), now().toISOString()),
  )
  if (taken === undefined) throw failShell('shell.refused')
  onKnown(organisation)
  if (!timingSafeEqual(taken.challenge, hashSecret(verifier))) throw failShell('shell.refused')
  return taken.session
}
