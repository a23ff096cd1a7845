/** What an organisation demands of its members' sessions, and the defaults where it has said nothing. */
import type { SecurityPolicy } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failPeople } from './errors.ts'
import { movePolicyEnds } from './session-store.ts'

const defaults: SecurityPolicy = { secondFactor: 'none', idleMinutes: 12 * 60, longestMinutes: 7 * 24 * 60 }

export async function readPolicy(tx: Transaction): Promise<SecurityPolicy> {
  const rows = await tx.prepared<SecurityPolicy>(
    'policies.read',
    `SELECT second_factor AS "secondFactor", idle_minutes AS "idleMinutes", longest_minutes AS "longestMinutes"
     FROM security_policies`,
    [],
  )
  return rows[0] ?? defaults
}

/** Whether the person must have a second factor and has none. */
export async function needsFactor(tx: Transaction, person: string): Promise<boolean> {
  const { secondFactor } = await readPolicy(tx)
  return secondFactor === 'all' && !(await hasFactor(tx, person))
}

/** Recovery codes alone are no factor. */
export async function hasFactor(tx: Transaction, person: string): Promise<boolean> {
  const [row] = await tx.sql<{ has: boolean }>('SELECT has_factor($1) AS has', [person])
  return row?.has === true
}

/**
 * Puts a policy in force, on open sessions too. Who demands a factor of all must have one: they would lock themselves out.
 *
 * @throws `policy.idle_too_long`, `policy.own_factor_first`
 */
export async function changePolicy(
  tx: Transaction,
  { organisation, person, now }: { organisation: string; person: string; now: Date },
  policy: SecurityPolicy,
): Promise<SecurityPolicy> {
  const { secondFactor, idleMinutes, longestMinutes } = policy
  if (idleMinutes > longestMinutes) throw failPeople('policy.idle_too_long')
  if (secondFactor === 'all' && !(await hasFactor(tx, person))) throw failPeople('policy.own_factor_first')
  await tx.sql(
    `INSERT INTO security_policies (organisation, second_factor, idle_minutes, longest_minutes, changed)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organisation) DO UPDATE SET second_factor = excluded.second_factor,
       idle_minutes = excluded.idle_minutes, longest_minutes = excluded.longest_minutes, changed = excluded.changed`,
    [organisation, secondFactor, idleMinutes, longestMinutes, now.toISOString()],
  )
  await movePolicyEnds(tx, idleMinutes, longestMinutes)
  return { secondFactor, idleMinutes, longestMinutes }
}
