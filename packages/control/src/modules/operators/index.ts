/**
 * Operators: who runs the installation, a realm of its own. Owns the tables `operators`, `operator_*`,
 * `organisation_labels` and `maintenance`, and the column `organisations.suspended`. Guarantees: operators enter by
 * passkey alone; their tables are seen in the installation's transactions only, in which no tenant's row is seen; each act
 * and refusal is in the installation's ledger, and what touches an organisation in that one's log too. Refuses to show
 * anything that a tenant named or stored: ids, counts, bytes, times and ciphertext are all there is.
 */
import type { AuditModule } from '../audit/index.ts'
import type { FindHolder } from '../tokens/index.ts'
import type { Handlers } from '../../platform/http/call.ts'
import { createEnteringHandlers, type EnteringHandlers } from './entering-routes.ts'
import { takeHostInvitations } from './host-invitations.ts'
import { createCiphertextHandlers, createHealthHandlers, createOrganisationHandlers } from './installation-routes.ts'
import { createPasskeyHandlers } from './passkey-routes.ts'
import { createRequestHandlers } from './request-routes.ts'
import { createPeopleHandlers, createSessionHandlers } from './own-routes.ts'
import { createSessionFinder } from './sessions.ts'
import type { OperatorSetting } from './setting.ts'
import { createStanding, type Standing } from './standing.ts'

export type { HostAnswer, HostRequest } from './host-invitations.ts'
export { readMaintenance } from './maintenance.ts'
export type { OperatorSetting } from './setting.ts'

type LedgerHandlers = Handlers<'listInstallationEntries' | 'readInstallationCheckpoint' | 'exportInstallationLog'>

export type OperatorsModule = {
  readonly handlers: EnteringHandlers &
    LedgerHandlers &
    ReturnType<typeof createSessionHandlers> &
    ReturnType<typeof createPeopleHandlers> &
    ReturnType<typeof createPasskeyHandlers> &
    ReturnType<typeof createRequestHandlers> &
    ReturnType<typeof createHealthHandlers> &
    ReturnType<typeof createOrganisationHandlers> &
    ReturnType<typeof createCiphertextHandlers>
  /** For the module `tokens`: whom an operator's session stands for. */
  readonly findSession: FindHolder
  /** Whether an organisation is let in. */
  readonly standing: Standing
  /** Takes in the invitations that were made on the host. */
  readonly takeHostInvitations: () => Promise<void>
}

/** `ledger`: the log's own operations, which read the log of whoever calls: an operator's is the installation's. */
export function createOperators(setting: OperatorSetting, ledger: AuditModule['handlers']): OperatorsModule {
  const standing = createStanding(setting)
  return {
    handlers: {
      ...createEnteringHandlers(setting),
      ...createSessionHandlers(setting),
      ...createPeopleHandlers(setting),
      ...createPasskeyHandlers(setting),
      ...createRequestHandlers(setting),
      ...createHealthHandlers(setting),
      ...createOrganisationHandlers(setting, standing),
      ...createCiphertextHandlers(setting),
      listInstallationEntries: ledger.listEntries,
      readInstallationCheckpoint: ledger.readCheckpoint,
      exportInstallationLog: ledger.exportLog,
    },
    findSession: createSessionFinder(setting),
    standing,
    takeHostInvitations: () => takeHostInvitations(setting),
  }
}
