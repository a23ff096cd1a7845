import { defineErrors } from '../../platform/errors.ts'

export const failRequest = defineErrors({
  'request.too_large': {
    status: 413,
    message: 'A sealed request may be at most 4 MiB.',
    remedy: 'Make the request smaller: large values belong into an uploaded file.',
  },
  'request.empty': { status: 400, message: 'The request has no body.', remedy: 'Send the sealed request as the body.' },
  'request.too_many': {
    status: 429,
    message: 'This project has as many requests under way as it may have.',
    remedy: 'Wait for some of them to be answered.',
  },
  'request.unknown': {
    status: 404,
    message: 'Nobody waits for a response to this request.',
    remedy: 'Nothing is to be done: whoever asked has gone or has been answered.',
  },
  'request.client_gone': {
    status: 410,
    message: 'The client that waited for this response has gone.',
    remedy: 'Ask again.',
  },
  'request.response_lost': {
    status: 502,
    message: 'The data plane’s response broke off.',
    remedy: 'Ask again; a request that only reads can be repeated.',
  },
})
