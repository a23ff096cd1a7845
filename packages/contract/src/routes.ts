import type { Route } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { auditRoutes } from './routes/audit.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { linkRoutes } from './routes/link.ts'
import { passwordRoutes } from './routes/passwords.ts'

/** Every route of the API, by operation id: what the server registers, the client calls and OpenAPI describes. */
export const routes = {
  ...accountRoutes,
  ...catalogueRoutes,
  ...auditRoutes,
  ...linkRoutes,
  ...passwordRoutes,
} as const

export type OperationId = keyof typeof routes
export const routeList: readonly Route[] = Object.values(routes)
