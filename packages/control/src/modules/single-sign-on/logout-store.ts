/** The table of logout tokens that were taken. */
import type { Transaction } from '../../platform/database/transaction.ts'

type UsedToken = { readonly organisation: string; readonly token: Buffer; readonly until: string; readonly now: string }

/** False for one that was taken before. Throws away what is too old to come again. */
export async function useLogoutToken(
  tx: Transaction,
  { organisation, token, until, now }: UsedToken,
): Promise<boolean> {
  await tx.sql('DELETE FROM used_logout_tokens WHERE expires <= $1', [now])
  const rows = await tx.sql(
    `INSERT INTO used_logout_tokens (organisation, token, expires) VALUES ($1, $2, $3)
     ON CONFLICT (organisation, token) DO NOTHING RETURNING token`,
    [organisation, token, until],
  )
  return rows.length === 1
}
