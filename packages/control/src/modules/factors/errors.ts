import { defineErrors } from '../../platform/errors.ts'

export const failFactor = defineErrors({
  // One answer for a wrong code, a used one, a sign-in that is over and one that never was.
  'factor.refused': {
    status: 401,
    message: 'This did not prove who you are.',
    remedy: 'Try a new code. After five tries or five minutes, sign in again from the beginning.',
  },
  'step_up.refused': {
    status: 403,
    message: 'This did not prove that it is you.',
    remedy: 'Try again with a new code, your passkey or, if you have no second factor, your password.',
  },
  'factor.wrong_code': {
    status: 400,
    message: 'This is not a code of the new authenticator app, or it waited too long.',
    remedy: 'Enter the code that the app shows now; check that its clock is right, or begin again.',
  },
  'factor.passkey_refused': {
    status: 400,
    message: 'The authenticator’s answer is not one to the question that this server asked you.',
    remedy: 'Begin again, in the same window, within five minutes.',
  },
  'factor.passkey_known': {
    status: 409,
    message: 'This authenticator has a passkey for your account already.',
    remedy: 'Use another authenticator, or remove the passkey first.',
  },
  'factor.too_many': {
    status: 409,
    message: 'You have twenty passkeys.',
    remedy: 'Remove one that you do not use any more.',
  },
  'factor.wrong_host': {
    status: 400,
    message: 'Passkeys are bound to a name of this server, and you did not reach it by one.',
    remedy: 'Open Keyhold by the name that it prints at its start, not by a number.',
  },
  'factor.unknown': {
    status: 404,
    message: 'You have no such second factor.',
    remedy: 'Look at your list of factors again.',
  },
  'factor.last': {
    status: 409,
    message: 'Your organisation demands a second factor, and this is your last one.',
    remedy: 'Add another factor first.',
  },
  'factor.password_short': {
    status: 409,
    message: 'This is your last second factor, and your password is not known to be long enough to stand alone.',
    remedy:
      'Change your password to one of at least 15 characters, or sign in again if it has as many; then remove this.',
  },
})
