import type { Route } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { addressRoutes } from './routes/addresses.ts'
import { auditRoutes } from './routes/audit.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { factorRoutes } from './routes/factors.ts'
import { groupRoutes } from './routes/groups.ts'
import { installationRoutes } from './routes/installation.ts'
import { linkRoutes } from './routes/link.ts'
import { memberRoutes } from './routes/members.ts'
import { operatorPasskeyRoutes } from './routes/operator-passkeys.ts'
import { operatorRequestRoutes } from './routes/operator-requests.ts'
import { operatorRoutes } from './routes/operators.ts'
import { personalRoutes } from './routes/personal.ts'
import { providerLogoutRoutes } from './routes/provider-logout.ts'
import { provisioningRoutes } from './routes/provisioning.ts'
import { scimRoutes } from './routes/scim.ts'
import { shellRoutes } from './routes/shells.ts'
import { singleSignOnRoutes } from './routes/single-sign-on.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { passwordRoutes } from './routes/passwords.ts'

/** Every route of the API, by operation id: what the server registers, the client calls and OpenAPI describes. */
export const routes = {
  ...accountRoutes,
  ...factorRoutes,
  ...passwordRoutes,
  ...memberRoutes,
  ...addressRoutes,
  ...tokenRoutes,
  ...catalogueRoutes,
  ...auditRoutes,
  ...linkRoutes,
  ...personalRoutes,
  ...groupRoutes,
  ...provisioningRoutes,
  ...scimRoutes,
  ...operatorRoutes,
  ...operatorPasskeyRoutes,
  ...operatorRequestRoutes,
  ...installationRoutes,
  ...singleSignOnRoutes,
  ...shellRoutes,
  ...providerLogoutRoutes,
} as const

export type OperationId = keyof typeof routes
export const routeList: readonly Route[] = Object.values(routes)
