import { defineErrors } from '../../platform/errors.ts'

export const failRequest = defineErrors({
  'request.too_large': { status: 413, message: 'A sealed request may be at most 4 MiB.' },
  'request.empty': { status: 400, message: 'The request has no body.' },
  'request.too_many': {
    status: 429,
    message: 'This project has as many requests under way as it may have.',
    remedy: 'Wait for some of them to be answered.',
  },
  'request.unknown': { status: 404, message: 'Nobody waits for a response to this request.' },
  'request.client_gone': { status: 410, message: 'The client that waited for this response has gone.' },
  'request.response_lost': {
    status: 502,
    message: 'The data plane’s response broke off.',
    remedy: 'Ask again; a request that only reads can be repeated.',
  },
})
