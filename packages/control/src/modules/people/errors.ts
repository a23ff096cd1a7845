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
  'password.wrong': {
    status: 403,
    message: 'That is not your password.',
    remedy: 'Check it and try again.',
  },
  'password.too_simple': {
    status: 400,
    message: 'The password is too easy to guess.',
    remedy: 'Choose at least 15 characters that are not your address, one repeated pattern or a row of keys.',
  },
})
