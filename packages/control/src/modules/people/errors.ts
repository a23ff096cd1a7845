import { defineErrors } from '../../platform/errors.ts'

export const failPeople = defineErrors({
  'sign_in.refused': {
    status: 401,
    message: 'E-mail address and password do not belong together.',
    remedy: 'Check both and try again.',
  },
  'sign_in.busy': {
    status: 503,
    message: 'Too many people are signing in at this moment.',
    remedy: 'Try again in a second.',
  },
  'session.ended': { status: 401, message: 'The session was ended.', remedy: 'Sign in again.' },
  'session.expired': { status: 401, message: 'The session has ended by itself.', remedy: 'Sign in again.' },
  'person.last_owner': {
    status: 409,
    message: 'The last owner cannot be erased: nobody could manage the organisation.',
    remedy: 'Make another member an owner first.',
  },
  'session.unknown': {
    status: 404,
    message: 'You have no such session, or it has ended.',
    remedy: 'List your sessions again.',
  },
  'policy.idle_too_long': {
    status: 400,
    message: 'A session cannot idle longer than it may last.',
    remedy: 'Choose an idle limit that is not above the longest life of a session.',
  },
  'policy.own_factor_first': {
    status: 409,
    message: 'You have no second factor yourself, and would lock yourself out.',
    remedy: 'Add an authenticator app or a passkey to your own account first.',
  },
  'sign_in.proof_needed': {
    status: 428,
    message: 'There were many attempts lately: a little computing is asked for first.',
    remedy: 'Current clients do it by themselves; solve the challenge in this answer and send the call again with it.',
  },
  'password.too_short': {
    status: 400,
    message: 'The password is too short.',
    remedy: 'Choose at least 15 characters; 8 when you also sign in with a second factor.',
  },
  'password.current_wrong': {
    status: 403,
    message: 'The present password is not right.',
    remedy: 'Type it again, or sign out and choose “Forgot your password?”.',
  },
  'password.reset_refused': {
    status: 401,
    message: 'This link is not valid: it was used, is older than 30 minutes, or is not whole.',
    remedy: 'Ask for another at “Forgot your password?”.',
  },
  'password.single_sign_on': {
    status: 403,
    message: 'Your organisation lets its members in by single sign-on alone.',
    remedy: 'Sign in at your identity provider; a password would open nothing.',
  },
  'password.too_simple': {
    status: 400,
    message: 'The password is too easy to guess.',
    remedy: 'Choose one that is not on lists of common passwords, your address, one repeated pattern or a row of keys.',
  },
})
