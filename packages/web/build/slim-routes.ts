import { routes, type Route } from '@keyhold/contract'
import type { Plugin } from 'vite'

const id = '\0keyhold-slim-routes'

/**
 * The contract's client needs of each route where it is and whether bodies are bytes; the schemas, half of the contract,
 * are for who checks. The page gets the routes without them.
 */
export function slimRoutes(): Plugin {
  return {
    name: 'keyhold-slim-routes',
    enforce: 'pre',
    resolveId(source, importer) {
      return source === './routes.ts' && importer?.endsWith('/contract/src/client.ts') === true ? id : null
    },
    load(wanted) {
      if (wanted !== id) return null
      const slim = Object.entries<Route>(routes).map(([name, route]) => [name, slimRoute(route)])
      return `export const routes = ${JSON.stringify(Object.fromEntries(slim))}`
    },
  }
}

type Body = NonNullable<Route['body']>

function slimRoute({ method, path, body, response }: Route) {
  return { method, path, body: slimBody(body), response: { body: slimBody(response.body) } }
}

function slimBody(body: Body | undefined): { bytes: string } | object | undefined {
  if (body === undefined) return undefined
  return 'bytes' in body && typeof body.bytes === 'string' ? { bytes: body.bytes } : {}
}
