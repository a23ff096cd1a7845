import { defineErrors } from '../errors.ts'

export const failHttp = defineErrors({
  'http.not_found': {
    status: 404,
    message: 'There is nothing at this address.',
    remedy: 'See /openapi.json for what there is.',
  },
  'http.method_not_allowed': {
    status: 405,
    message: 'This address does not take this method.',
    remedy: 'See /openapi.json for the methods that it takes.',
  },
  'http.too_large': {
    status: 413,
    message: 'The request is larger than this address takes.',
    remedy: 'Send less at once; files go in pieces, as an upload.',
  },
  'http.unsupported_media_type': {
    status: 415,
    message: 'This address does not take this content type.',
    remedy: 'Send "Content-Type: application/json", or the type that the API description names.',
  },
  'http.malformed': {
    status: 400,
    message: 'The request is not well-formed HTTP.',
    remedy: 'Send it with a current HTTP client.',
  },
  'http.header_too_large': {
    status: 431,
    message: 'The request’s address and headers are longer than 16 KiB.',
    remedy: 'Send shorter headers.',
  },
  'http.address_too_long': {
    status: 414,
    message: 'A part of the address is longer than any that there is.',
    remedy: 'See /openapi.json for the form of the address.',
  },
  'http.timeout': {
    status: 408,
    message: 'The request took too long to come.',
    remedy: 'Send it again over a faster connection.',
  },
  'http.expectation': {
    status: 417,
    message: 'The server meets no other expectation than 100-continue.',
    remedy: 'Leave the Expect header out.',
  },
  'http.upgrade_required': {
    status: 426,
    message: 'The API is served over TLS only.',
    remedy: 'Use https://. A token or session that was sent over plain HTTP has been ended; make a new one.',
  },
  'http.malformed_forwarding': {
    status: 400,
    message: 'The header X-Forwarded-For of a trusted proxy is not a list of network addresses.',
    remedy: 'Send no such header yourself; the operator’s proxy must add the address that it was called from.',
  },
  'http.stopping': { status: 503, message: 'The server is stopping.', remedy: 'Try again in a few seconds.' },
  'request.malformed_json': { status: 400, message: 'The body is not JSON.', remedy: 'Send valid JSON in UTF-8.' },
  'request.invalid': {
    status: 400,
    message: 'The request does not fit its description.',
    remedy: 'Mend the fields that are named.',
  },
  'rate.limited': { status: 429, message: 'Too many failed attempts.', remedy: 'Wait, then try again.' },
  'idempotency.key_reused': {
    status: 422,
    message: 'This Idempotency-Key was used for a different request.',
    remedy: 'Use a new key for a new request.',
  },
  'idempotency.bad_key': {
    status: 400,
    message: 'An Idempotency-Key is 8 to 100 letters, digits, dots, dashes, colons or underscores.',
    remedy: 'Send 8 to 100 letters, digits, "-" or "_" as Idempotency-Key.',
  },
  'audit.missing': {
    status: 500,
    message: 'A change was not committed with its audit entry.',
    remedy: 'Report this with its incident number.',
  },
  internal: {
    status: 500,
    message: 'Something failed inside Keyhold.',
    remedy: 'Try again. If it stays so, give the operator the incident id.',
  },
})
