import { defineErrors } from '../../platform/errors.ts'

export const failToken = defineErrors({
  'token.unknown': {
    status: 404,
    message: 'There is no such token.',
    remedy: 'Check its id; the list of tokens has those of your organisation.',
  },
  'token.exists': { status: 409, message: 'There is a token with this id already.', remedy: 'Use a new id.' },
  'token.expired': {
    status: 401,
    message: 'The token has expired.',
    remedy: 'Ask an owner of the organisation for a new one.',
  },
  'token.revoked': {
    status: 401,
    message: 'The token was revoked.',
    remedy: 'Ask an owner of the organisation for a new one.',
  },
  'token.whole_sent': {
    status: 401,
    message: 'The whole token was sent; its signing seed must never leave the client.',
    remedy:
      'Send only the part before the first dot. Revoke this token and make a new one, since the server has seen its seed.',
  },
  'token.bad_expiry': {
    status: 400,
    message: 'A token expires within 365 days from now, and not in the past.',
    remedy: 'Choose an expiry in the next 365 days.',
  },
  'token.repeated_scope': {
    status: 400,
    message: 'The same scope is named twice.',
    remedy: 'Name each bucket once for reading and once for writing at most.',
  },
  'token.endorsement_mismatch': {
    status: 400,
    message:
      'The endorsement is not a roster statement of this token: id, project, scopes and expiry must be the same.',
    remedy: 'Sign the statement for exactly what is asked.',
  },
  'token.unknown_project': {
    status: 404,
    message: 'There is no such project.',
    remedy: 'Choose a project of your organisation.',
  },
})
