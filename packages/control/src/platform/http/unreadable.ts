/** Answers to what Node's parser could not read, or what no route is asked about: problem documents like all others. */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AppError } from '../errors.ts'
import { failHttp } from './errors.ts'
import { securityHeaders } from './headers.ts'
import { problemType, renderProblem } from './problems.ts'

/** For `clientError`: bytes that are no HTTP, too long a header, a header that took too long. Ends the connection. */
export function answerUnreadable(error: UnreadableError, socket: Socket): void {
  const { code, rawPacket } = error
  if (code === 'ECONNRESET' || socket.destroyed) return
  // An answer to HEAD has no body, whatever its length says.
  const withBody = !Buffer.isBuffer(rawPacket) || rawPacket.toString('latin1', 0, 5) !== 'HEAD '
  if (socket.writable) socket.write(renderRaw(explain(code), withBody))
  socket.destroySoon()
}

type UnreadableError = { readonly code?: string; readonly rawPacket?: unknown }

/** For `checkExpectation`: an Expect header that asks for anything but 100-continue. */
export function answerExpectation(request: IncomingMessage, response: ServerResponse): void {
  const problem = renderProblem(failHttp('http.expectation'))
  const headers = { ...securityHeaders(request.headers.host), 'content-type': problemType, connection: 'close' }
  response.writeHead(problem.status, headers).end(JSON.stringify(problem))
}

function explain(code: string | undefined): AppError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return failHttp('http.timeout')
  return failHttp(code === 'HPE_HEADER_OVERFLOW' ? 'http.header_too_large' : 'http.malformed')
}

function renderRaw(error: AppError, withBody: boolean): string {
  const body = JSON.stringify(renderProblem(error))
  const headers = {
    ...securityHeaders(undefined),
    'content-type': problemType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, '', withBody ? body : ''].join('\r\n')
}
