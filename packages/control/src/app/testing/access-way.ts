/** A way of calling a route well. */
import type { Role } from '@keyhold/contract'
import type { WorkNode } from '../../modules/jobs/testing/work-node.ts'
import type { Tenant } from './access-world.ts'

export type WellFormed = {
  /** Values of the path's parameters. */
  readonly params?: Readonly<Record<string, string>>
  /** After the path, with its `?`. */
  readonly query?: string
  readonly body?: object | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}
export type Way = {
  /** A call that has not been made before, on what is this tenant's; `person` is the member who calls, if one does. */
  readonly prepare?: (node: WorkNode, tenant: Tenant, person: string) => WellFormed | Promise<WellFormed>
  /** What is answered to who may, when it is not the route's own status, and why. */
  readonly status?: number
  /** Roles that get another answer, and which. */
  readonly unless?: { readonly roles: readonly Role[]; readonly status: number }
  /** The call ends its caller: each is made by a member of its own. */
  readonly endsCaller?: true
}

export const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
