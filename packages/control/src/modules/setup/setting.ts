import type { DataPlaneMethods, Maintenance, Signed } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Mailer } from '../../platform/mail.ts'
import type { PeopleModule } from '../people/index.ts'
import type { ProjectsModule } from '../projects/index.ts'

type Claim = DataPlaneMethods['setup.claim']

/** What set-up works with. */
export type SetupSetting = {
  readonly database: Database
  readonly now: () => Date
  readonly people: Pick<PeopleModule, 'prepareOwner'>
  readonly projects: Pick<ProjectsModule, 'prepareProject'>
  /** Hands a claim to the organisation's data plane, which knows the one-time secret. @throws `data_plane.away`, `setup.refused` */
  readonly claim: (claim: Claim['params']) => Promise<Claim['result']>
  readonly insertRoster: (tx: Transaction, organisation: string, number: number, statement: Signed) => Promise<void>
  readonly custody: 'demo' | 'hosted' | 'yours'
  readonly mail: Pick<Mailer, 'kind'>
  /** base64url SHA-256 of this server's SubjectPublicKeyInfo. */
  readonly serverPin: string
  /** Work that operators announced; null when none is ahead. */
  readonly readMaintenance: () => Promise<Maintenance | null>
  /** Version of this program. */
  readonly version: string
}
