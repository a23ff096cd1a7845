import type { Static, TSchema } from 'typebox'
import type { Problem } from './problem.ts'
import type { Route } from './route.ts'
import { routes, type OperationId } from './routes.ts'

type Routes = typeof routes
type Field<R, K extends string> = R extends { [key in K]: infer S extends TSchema } ? Static<S> : undefined
type BodyOf<R> = R extends { body: infer B } ? (B extends TSchema ? Static<B> : Uint8Array) : undefined
type ResponseBody<R> = R extends { response: { body: infer B } }
  ? B extends TSchema
    ? Static<B>
    : Uint8Array
  : undefined
type Defined<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] }

/** What a call takes: the parts that its route declares. */
export type CallInput<O extends OperationId> = Defined<{
  params: Field<Routes[O], 'params'>
  query: Field<Routes[O], 'query'>
  body: BodyOf<Routes[O]>
}> & { headers?: Record<string, string>; signal?: AbortSignal }

export type CallOutput<O extends OperationId> = ResponseBody<Routes[O]>

/** Sends one HTTP exchange; rejects only when no answer came. */
export type Transport = (request: {
  method: string
  path: string
  headers: Record<string, string>
  body: Uint8Array | string | undefined
  signal: AbortSignal | undefined
}) => Promise<{ status: number; headers: Record<string, string>; body: Uint8Array }>

/** The server's refusal, as its problem document says. */
export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.problem = problem
  }
  get code(): string {
    return this.problem.code
  }
}

export type ApiClient = {
  /** Calls one operation. Throws ApiError for a refusal; the transport's own error when there was no answer. */
  call<O extends OperationId>(operation: O, input: CallInput<O>): Promise<CallOutput<O>>
}

/** A typed client over a transport; `authorise` gives the headers of the caller's credential. */
export function createClient(transport: Transport, authorise: () => Record<string, string>): ApiClient {
  return {
    async call(operation, input) {
      const route: Route = routes[operation]
      const given = input as { params?: Record<string, string>; query?: Record<string, unknown>; body?: unknown }
      const answer = await transport({
        method: route.method,
        path: fillPath(route.path, given.params ?? {}) + encodeQuery(given.query ?? {}),
        headers: { ...authorise(), ...mediaType(route, given.body), ...input.headers },
        body: encodeBody(given.body),
        signal: input.signal,
      })
      if (answer.status >= 400) throw new ApiError(parseProblem(answer.status, answer.body))
      return decodeBody(route, answer.body) as CallOutput<typeof operation>
    },
  }
}

function fillPath(path: string, params: Record<string, string>): string {
  return path.replace(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

function encodeQuery(query: Record<string, unknown>): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined)
  if (entries.length === 0) return ''
  return `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()}`
}

function mediaType(route: Route, body: unknown): Record<string, string> {
  if (body === undefined || route.body === undefined) return {}
  return { 'content-type': isBytes(route.body) ? route.body.bytes : 'application/json' }
}

function isBytes(body: TSchema | { bytes: string }): body is { bytes: string } {
  return 'bytes' in body && typeof body.bytes === 'string'
}

function encodeBody(body: unknown): Uint8Array | string | undefined {
  if (body === undefined || body instanceof Uint8Array) return body
  return JSON.stringify(body)
}

function decodeBody(route: Route, body: Uint8Array): unknown {
  const declared = route.response.body
  if (declared === undefined) return undefined
  return isBytes(declared) ? body : JSON.parse(new TextDecoder().decode(body))
}

function parseProblem(status: number, body: Uint8Array): Problem {
  const fallback = { type: 'about:blank', title: `HTTP ${status}`, status, code: 'http.unexpected' }
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof parsed === 'object' && parsed !== null && 'code' in parsed ? (parsed as Problem) : fallback
  } catch {
    return fallback
  }
}
