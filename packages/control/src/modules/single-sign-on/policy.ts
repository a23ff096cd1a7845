/** How an organisation's members may sign in. Whoever makes single sign-on the only way must be able to come back. */
import type { SignOnPolicy } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { countProven } from './domain-store.ts'
import { failSingleSignOn } from './errors.ts'
import { readLink } from './link-store.ts'
import { readProviderRow } from './provider-store.ts'
import type { SingleSignOnSetting } from './setting.ts'

type StoredPolicy = { only: boolean; joinRole: SignOnPolicy['joinRole']; trustFactor: boolean }

export async function readSignOnPolicy(tx: Transaction): Promise<SignOnPolicy> {
  const [stored] = await tx.sql<StoredPolicy>(
    'SELECT only_provider AS only, join_role AS "joinRole", trust_factor AS "trustFactor" FROM sign_on_policies',
  )
  const owners = await tx.sql<{ person: string }>('SELECT person FROM break_glass_owners ORDER BY person')
  const breakGlass = owners.map(({ person }) => person)
  if (stored === undefined) return { signIn: 'any', joinRole: null, trustFactor: false, breakGlass }
  const { only, joinRole, trustFactor } = stored
  return { signIn: only ? 'only' : 'any', joinRole, trustFactor, breakGlass }
}

/** Single sign-on is no longer the only way; false when it was not. */
export async function allowPasswords(tx: Transaction, now: string): Promise<boolean> {
  const rows = await tx.sql(
    'UPDATE sign_on_policies SET only_provider = false, changed = $1 WHERE only_provider RETURNING organisation',
    [now],
  )
  return rows.length === 1
}

type Caller = { readonly organisation: string; readonly id: string; readonly session: string }

/**
 * Puts a policy in force. When single sign-on becomes the only way, all sessions but the caller's end, and so do sign-ins
 * that wait for a second factor: a password may have opened them.
 *
 * @throws `identity_provider.missing`, `single_sign_on.domain_first`, `single_sign_on.own_sign_in_first`,
 *   `single_sign_on.break_glass_needed`, `single_sign_on.break_glass_unfit`
 */
export async function changeSignOnPolicy(
  setting: SingleSignOnSetting,
  tx: Transaction,
  { organisation, id, session }: Caller,
  policy: SignOnPolicy,
): Promise<SignOnPolicy> {
  const { people, now } = setting
  await people.provider.lockMembers(tx, organisation)
  const only = policy.signIn === 'only'
  if ((only || policy.joinRole !== null) && (await countProven(tx)) === 0) {
    throw failSingleSignOn('single_sign_on.domain_first')
  }
  for (const owner of policy.breakGlass) await requireFit(setting, tx, owner)
  if (only) await requireWayBack(setting, tx, id, policy)
  const was = await readSignOnPolicy(tx)
  await putPolicy(tx, organisation, policy, now().toISOString())
  if (only && was.signIn !== 'only') {
    await people.provider.endAllSessionsBut(tx, session)
    await setting.endPending(tx)
  }
  return readSignOnPolicy(tx)
}

async function requireFit({ people }: SingleSignOnSetting, tx: Transaction, owner: string): Promise<void> {
  const fit =
    (await people.provider.readRole(tx, owner)) === 'owner' &&
    (await people.hasFactor(tx, owner)) &&
    (await people.provider.hasPassword(tx, owner))
  if (!fit) throw failSingleSignOn('single_sign_on.break_glass_unfit')
}

/** The link must be of the provider that is set now: one of an earlier issuer leads nowhere. */
async function requireWayBack(
  setting: SingleSignOnSetting,
  tx: Transaction,
  person: string,
  { breakGlass }: SignOnPolicy,
): Promise<void> {
  const provider = await readProviderRow(tx)
  if (provider === undefined) throw failSingleSignOn('identity_provider.missing')
  const link = await readLink(tx, person)
  if (link === undefined || link.lastUsed < provider.changed) throw failSingleSignOn('single_sign_on.own_sign_in_first')
  if (breakGlass.length === 0) throw failSingleSignOn('single_sign_on.break_glass_needed')
}

async function putPolicy(tx: Transaction, organisation: string, policy: SignOnPolicy, now: string): Promise<void> {
  const { signIn, joinRole, trustFactor, breakGlass } = policy
  await tx.sql(
    `INSERT INTO sign_on_policies (organisation, only_provider, join_role, trust_factor, changed)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation) DO UPDATE SET only_provider = excluded.only_provider,
       join_role = excluded.join_role, trust_factor = excluded.trust_factor, changed = excluded.changed`,
    [organisation, signIn === 'only', joinRole, trustFactor, now],
  )
  await tx.sql('DELETE FROM break_glass_owners')
  for (const owner of breakGlass) {
    await tx.sql('INSERT INTO break_glass_owners (organisation, person) VALUES ($1, $2)', [organisation, owner])
  }
}
