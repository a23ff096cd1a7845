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
  'token.owner_gone': {
    status: 401,
    message: 'The person whose own token this is, is not a member any more.',
    remedy: 'Ask an owner of the organisation for a token of the program’s own.',
  },
  'token.ended': {
    status: 409,
    message: 'The token has ended, so that nothing can take over from it.',
    remedy: 'Make a new token.',
  },
  'token.beyond_role': {
    status: 403,
    message: 'A token of your own may do at most what your role may.',
    remedy: 'Leave out the scopes that your role has not, or ask an owner for a program’s token.',
  },
  'token.bad_overlap': {
    status: 400,
    message: 'A token that is replaced ends within seven days, and not later than it would have.',
    remedy: 'Choose an overlap of 0 to 168 hours.',
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
      'The endorsement is not a roster statement of this token: id, project, scopes, actions and expiry must be the same.',
    remedy: 'Sign the statement for exactly what is asked.',
  },
  'token.unknown_project': {
    status: 404,
    message: 'There is no such project.',
    remedy: 'Choose a project of your organisation.',
  },
})
