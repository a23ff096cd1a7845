/** The access log: one JSON line a request, with the route's pattern. Never a token, query string, body or address. */
import type { FastifyReply, FastifyRequest } from 'fastify'

export function writeAccessLine(write: (line: string) => void, request: FastifyRequest, reply: FastifyReply): void {
  const principal = request.call?.principal
  const line = {
    time: new Date().toISOString(),
    request: request.id,
    operation: request.call?.route.operationId ?? null,
    method: request.method,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ...(principal && { organisation: principal.organisation, actor: principal.kind, id: principal.id }),
  }
  write(`${JSON.stringify(line)}\n`)
}
