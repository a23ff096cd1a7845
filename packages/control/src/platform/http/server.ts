/** The HTTP server: Fastify behind the one port, with the contract's routes and nothing that is not in it. */
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:https'
import type { OperationId, Route } from '@keyhold/contract'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { ServerIdentity } from '../tls/authority.ts'
import { writeAccessLine } from './access-log.ts'
import { createAddressReader, type ReadClientAddress } from './client-address.ts'
import type { Handlers } from './call.ts'
import { failHttp } from './errors.ts'
import { setSecurityHeaders } from './headers.ts'
import { createOpenCalls, type OpenCalls } from './open-calls.ts'
import { createListener, renewIdentity, type Listener } from './listener.ts'
import { admit, recordFailure, serve, type AnyHandler, type CallState, type PipelineParts } from './pipeline.ts'
import { problemType, renderProblem, toAppError } from './problems.ts'
import { guardRoutes, type RegisteredRoute } from './route-guard.ts'
import { createRunningCalls, type RunningCalls } from './running-calls.ts'
import { answerExpectation, answerUnreadable } from './unreadable.ts'
import { createValidatorCompiler } from './validation.ts'

declare module 'fastify' {
  interface FastifyRequest {
    call: CallState | null
  }
  interface FastifyContextConfig {
    route?: Route
    /** A page outside the contract: it holds no data. */
    page?: true
  }
}

const jsonLimit = 2 * 1024 * 1024
const jsonPatience = 30_000
/** What a caller may still take to send a body that nobody reads any more. */
const lingering = 10_000

export type ServerOptions = Omit<PipelineParts, 'openCalls'> & {
  readonly openCalls?: OpenCalls | undefined
  /** The client's address; without proxies the socket's. */
  readonly readAddress?: ReadClientAddress
  readonly identity: ServerIdentity
  readonly log: Log
  readonly routes: Readonly<Record<string, Route>>
  readonly handlers: Handlers<OperationId>
  readonly onPlainCredential: (credential: string) => Promise<void>
  /** Access log lines, each with its newline. */
  readonly writeAccess: (line: string) => void
  /** Adds pages outside the contract; they hold no data and are not audited. */
  readonly pages?: (app: FastifyInstance) => void
}

export type HttpServer = {
  /** For the link's upgrade. */
  readonly server: Server
  readonly listen: (port: number, host: string) => Promise<AddressInfo>
  readonly renew: (identity: ServerIdentity) => void
  /** Refuses new calls, finishes the running ones for up to `patience` milliseconds, closes every connection. */
  readonly close: (patience?: number) => Promise<void>
}

/** Builds the server; `listen` opens its port. */
export async function createHttpServer(options: ServerOptions): Promise<HttpServer> {
  let listener: Listener | undefined
  let stopping = false
  const running = createRunningCalls()
  const parts = { ...options, openCalls: options.openCalls ?? createOpenCalls() }
  const readAddress = options.readAddress ?? createAddressReader(undefined)
  const app = createApp(options, (handler) => {
    listener = createListener({ ...options, handler })
    listener.server.on('checkExpectation', answerExpectation)
    return listener.server
  })
  app.setValidatorCompiler(createValidatorCompiler())
  app.decorateRequest('call', null)
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(request, reply)
    refuseUnclearHost(request)
    if (!stopping) return
    reply.header('connection', 'close')
    throw failHttp('http.stopping', { retryAfter: 2 })
  })
  app.addHook('onResponse', (request, reply, done) => {
    writeAccessLine(options.writeAccess, request, reply)
    endUnreadBody(request)
    done()
  })
  app.setErrorHandler((error, request, reply) => answerFailure(parts, error, request, reply))
  const registered = guardRoutes(app)
  app.setNotFoundHandler((request, reply) => answerUnknown(registered, request, reply))
  acceptBodies(app, options.routes)
  for (const route of Object.values(options.routes)) registerRoute(app, parts, readAddress, running, route)
  options.pages?.(app)
  await app.ready()
  const { server, destroySockets } = listener as unknown as Listener
  return {
    server,
    listen: (port, host) => listen(server, port, host),
    renew: (identity) => renewIdentity(server, identity),
    async close(patience = 10_000) {
      stopping = true
      await closeServer(server, destroySockets, patience)
      // Handlers whose client went away first; they still write entries.
      await running.ended(patience)
      await app.close()
    },
  }
}

function createApp(options: ServerOptions, serverFactory: (handler: RequestListener) => Server): FastifyInstance {
  return Fastify({
    serverFactory,
    logger: false,
    bodyLimit: jsonLimit,
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    trustProxy: false,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 100 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: false,
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) =>
      answerUnroutable(options, error, request as FastifyRequest, reply as FastifyReply),
  })
}

/** No hook runs for an address that the router cannot read. */
function answerUnroutable(
  { writeAccess }: ServerOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  setSecurityHeaders(request, reply)
  reply.raw.once('close', () => writeAccessLine(writeAccess, request, reply))
  sendProblem(reply, toAppError(error))
}

/** None or two are how requests are smuggled past what stands before a server (RFC 9112 section 3.2). */
function refuseUnclearHost({ raw }: FastifyRequest): void {
  const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  if (hosts.length !== 1) throw failHttp('http.malformed')
}

/** An answer that came before the whole body leaves a connection on which a caller could drip for ever. */
function endUnreadBody({ raw }: FastifyRequest): void {
  if (raw.complete) return
  setTimeout(() => raw.complete || raw.destroy(), lingering).unref()
}

/** Of a route that takes none: what nobody reads is refused, not dropped. */
const noQuery = { type: 'object', additionalProperties: false } as const

function registerRoute(
  app: FastifyInstance,
  options: ServerOptions & PipelineParts,
  readAddress: ReadClientAddress,
  running: RunningCalls,
  route: Route,
): void {
  const handler = options.handlers[route.operationId as OperationId] as unknown as AnyHandler
  const { body, response } = route
  app.route({
    method: route.method,
    url: route.path,
    config: { route },
    schema: {
      ...(route.params && { params: route.params }),
      querystring: route.query ?? noQuery,
      ...(body && !('bytes' in body) && { body }),
      ...(response.body && !('bytes' in response.body) && { response: { [response.status]: response.body } }),
    },
    onRequest: async (request, reply) => {
      request.call = startCall(route, readAddress(request.ip, request.headers['x-forwarded-for']))
      await admit(options, request.call, request, reply)
      refuseOtherType(route, request)
    },
    handler: async (request, reply) => {
      const answer = await running.track(serve(options, request.call as CallState, handler, request, reply))
      if (reply.sent) return reply
      reply.code(reply.statusCode === 200 ? response.status : reply.statusCode)
      if (response.body && 'bytes' in response.body && !reply.hasHeader('content-type')) {
        reply.type(response.body.bytes)
      }
      return reply.send(answer)
    },
  })
}

/** Each media type that any route takes has a parser; this route's handler expects what its own one makes. */
function refuseOtherType({ body }: Route, { headers }: FastifyRequest): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (body === undefined || type === undefined) return
  if (type !== ('bytes' in body ? body.bytes : 'application/json')) throw failHttp('http.unsupported_media_type')
}

function startCall(route: Route, address: string | null): CallState {
  const { access } = route
  const needsBucket = access.kind === 'member' && (access.token === 'read' || access.token === 'write')
  return {
    route,
    address,
    cut: undefined,
    principal: undefined,
    organisation: undefined,
    notes: {},
    checked: !needsBucket,
    committed: false,
    answered: false,
    replayed: false,
  }
}

/** JSON within a size and a time, and the media types of bytes that the contract names, as streams. */
function acceptBodies(app: FastifyInstance, routes: Readonly<Record<string, Route>>): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) =>
    parse(request, text as string, done),
  )
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.headers['content-type']?.toLowerCase().startsWith('application/json')) {
      const timer = setTimeout(() => request.raw.destroy(), jsonPatience).unref()
      reply.raw.once('close', () => clearTimeout(timer))
      payload.once('end', () => clearTimeout(timer))
    }
    done(null, payload)
  })
  const types = Object.values(routes).flatMap(({ body }) => (body && 'bytes' in body ? [body.bytes] : []))
  for (const type of new Set(types)) app.addContentTypeParser(type, (_request, payload, done) => done(null, payload))
}

async function answerFailure(
  options: ServerOptions & PipelineParts,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  let error = toAppError(thrown)
  try {
    if (request.call) await recordFailure(options, request.call, request, error)
  } catch (auditError) {
    error = toAppError(auditError)
  }
  if (error.status >= 500) {
    options.log.error('request.failed', { incident: request.id, code: error.code }, error.cause ?? thrown)
  }
  if (reply.sent) return
  sendProblem(reply, error, error.status === 500 ? request.id : undefined)
}

function sendProblem(reply: FastifyReply, error: AppError, incident?: string): void {
  if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
  if (error.status === 401) reply.header('www-authenticate', 'Bearer')
  reply.code(error.status).type(problemType).serializer(JSON.stringify)
  reply.send(renderProblem(error, incident))
}

/** 405 with the methods that the address takes, or 404. */
function answerUnknown(routes: readonly RegisteredRoute[], request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?')[0] as string
  const allowed = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
  if (allowed.length > 0) reply.header('allow', [...new Set(allowed)].join(', '))
  sendProblem(reply, failHttp(allowed.length > 0 ? 'http.method_not_allowed' : 'http.not_found'))
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}

function closeServer(server: Server, destroySockets: () => void, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(destroySockets, patience)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    server.closeIdleConnections()
  })
}
