import type { TSchema } from 'typebox'
import { Problem } from './problem.ts'
import type { Route } from './route.ts'
import { routeList } from './routes.ts'

type Json = { [key: string]: unknown }

/** The API as an OpenAPI 3.1 document, made from the routes table: there is no second description to drift. */
export function buildOpenApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routeList) {
    const path = route.path.replace(/:([a-z]+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Keyhold', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Problem },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}

function describeOperation(route: Route): Json {
  const parameters = [...describeParameters(route.params, 'path'), ...describeParameters(route.query, 'query')]
  return {
    operationId: route.operationId,
    summary: route.summary,
    'x-access': route.access,
    'x-audit': route.audit,
    security: route.access.kind === 'public' ? [] : [{ bearer: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: describeContent(route.body) } }),
    responses: {
      [route.response.status]: {
        description: 'Done',
        ...(route.response.body === undefined ? {} : { content: describeContent(route.response.body) }),
      },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function describeParameters(schema: TSchema | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined || !('properties' in schema)) return []
  const required = 'required' in schema ? (schema.required as string[]) : []
  return Object.entries(schema.properties as Record<string, TSchema>).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function describeContent(body: TSchema | { bytes: string }): Json {
  if ('bytes' in body && typeof body.bytes === 'string') {
    return { [body.bytes]: { schema: { type: 'string', format: 'binary' } } }
  }
  return { 'application/json': { schema: body } }
}
