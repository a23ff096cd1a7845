import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { OpenCalls } from '../../platform/http/open-calls.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'

/** What the use cases of address lists work with. */
export type AddressSetting = {
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly now: () => Date
  readonly openCalls: OpenCalls
  readonly hasProject: (tx: Transaction, project: string) => Promise<boolean>
  readonly hasToken: (tx: Transaction, token: string) => Promise<boolean>
  readonly link: AddressedLink
}

/** The data plane's connection, as far as its address goes. */
type AddressedLink = {
  /** Where the organisation's data plane is linked from; undefined when it is away. */
  readonly sourceOf: (organisation: string) => string | undefined
  /** Ends its connection. */
  readonly drop: (organisation: string) => void
}
