import type { DataPlaneMethods, Signed } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'

type Provision = DataPlaneMethods['project.provision']['result']

/** What the use cases of projects work with. */
export type ProjectSetting = {
  readonly database: Database
  readonly now: () => Date
  /** Has the data plane make a project's keys; the same project again gets the same. @throws `data_plane.away` */
  readonly provision: (organisation: string, project: string) => Promise<Provision>
  /** Keeps the keys in the transaction that makes the project. */
  readonly storeProvision: (
    tx: Transaction,
    owner: { organisation: string; project: string },
    provision: Provision,
  ) => Promise<void>
  /** The project's newest sealing-key set. */
  readonly readKeySet: (tx: Transaction, project: string) => Promise<Signed | undefined>
  /** The anchor's public key, base64url. */
  readonly readAnchorKey: (organisation: string) => Promise<string | undefined>
}
