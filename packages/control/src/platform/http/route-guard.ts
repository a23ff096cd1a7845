/**
 * Refuses to start with a route that does not say who may call it and what its audit entry is called. Why: the pipeline
 * authenticates, authorises and records by these; a route without them would be an open, silent door.
 */
import type { FastifyInstance, RouteOptions } from 'fastify'

export type RegisteredRoute = { readonly method: string; readonly path: string; readonly pattern: RegExp }

/** Watches what is registered from now on, and gives the list of it. Throws from the registration of a bad route. */
export function guardRoutes(app: FastifyInstance): readonly RegisteredRoute[] {
  const registered: RegisteredRoute[] = []
  app.addHook('onRoute', (route) => {
    const fault = findRouteFault(route)
    if (fault !== undefined) throw new Error(`${String(route.method)} ${route.url}: ${fault}`)
    const pattern = new RegExp(`^${route.url.replaceAll('.', '\\.').replace(/:[a-zA-Z]+/g, '[^/]+')}$`)
    for (const method of [route.method].flat()) registered.push({ method, path: route.url, pattern })
  })
  return registered
}

/** Why a route may not be served; undefined when it may. Pages hold no data and say so. */
export function findRouteFault({ config, url }: Pick<RouteOptions, 'config' | 'url'>): string | undefined {
  const { route, page } = config ?? {}
  if (page === true)
    return url.startsWith('/v1/') ? 'a page cannot be under /v1; take the route from the contract' : undefined
  if (!route) return 'the route is not from the contract; declare it there and register that'
  if (!route.operationId) return 'the route has no operationId'
  if (!route.access?.kind) return 'the route has no access rule'
  if (!route.audit?.action) return 'the route has no audit action'
  if (route.audit.kind === 'none' && route.access.kind !== 'public') return 'only public routes may go without an entry'
  return undefined
}
