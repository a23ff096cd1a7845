import { defineErrors } from '../../platform/errors.ts'

export const failOperator = defineErrors({
  // One answer for an unknown passkey, a wrong signature, a challenge that is over and one that was used.
  'operator.refused': {
    status: 401,
    message: 'This did not prove that you are an operator.',
    remedy: 'Try again with the passkey that you enrolled here. If it is lost, ask another operator for a new link.',
  },
  'operator.step_up_refused': {
    status: 403,
    message: 'This did not prove that it is you.',
    remedy: 'Try again with your passkey.',
  },
  // One answer for a link that never was, was used, was revoked and has run out.
  'operator.link_refused': {
    status: 401,
    message: 'This link does not work, or not any more.',
    remedy:
      'A link works once, for an hour, and where a second administrator is asked only from their approval on. Ask who sent it.',
  },
  'operator.wrong_host': {
    status: 400,
    message: 'Passkeys are bound to a name of this server, and you did not reach it by one.',
    remedy: 'Open the installation by the name that it prints at its start, not by a number.',
  },
  'operator.passkey_known': {
    status: 409,
    message: 'This passkey is an operator’s already.',
    remedy: 'Use another authenticator.',
  },
  'operator.unknown': { status: 404, message: 'There is no such operator.', remedy: 'Look at the list again.' },
  'operator.unknown_invitation': {
    status: 404,
    message: 'There is no such invitation, or not any more.',
    remedy: 'Look at the list again.',
  },
  'operator.unknown_request': {
    status: 404,
    message: 'Nothing such waits for approval, or not any more.',
    remedy: 'Look at the list again: it may have been approved, withdrawn, or overtaken by another change.',
  },
  'operator.own_request': {
    status: 403,
    message: 'Nobody approves what they asked for themselves.',
    remedy: 'Ask another operator of administration; on the host a link for one is made at any time.',
  },
  'operator.request_changed': {
    status: 409,
    message: 'This is not what waits for approval.',
    remedy: 'Read the list again, and approve what it says.',
  },
  'operator.unknown_passkey': {
    status: 404,
    message: 'There is no such passkey of yours, or not any more.',
    remedy: 'Look at the list again.',
  },
  'operator.last_passkey': {
    status: 409,
    message: 'This is your last passkey: without it you could not sign in.',
    remedy: 'Add another one first.',
  },
  'operator.too_many_passkeys': {
    status: 409,
    message: 'You have as many passkeys as an operator can have.',
    remedy: 'Remove one that you do not use.',
  },
  'operator.passkey_refused': {
    status: 403,
    message: 'This passkey was not made for the question that was asked, or too late.',
    remedy: 'Begin again, and answer the browser within five minutes.',
  },
  'operator.own_roles': {
    status: 403,
    message: 'Nobody changes their own roles.',
    remedy: 'Ask another operator of administration.',
  },
  'operator.last_administrator': {
    status: 409,
    message: 'This is the last operator of administration.',
    remedy: 'Enrol another one first; on the host a link is made at any time.',
  },
  'operator.session_expired': {
    status: 401,
    message: 'The operator’s session has ended.',
    remedy: 'Sign in again.',
  },
  'operator.session_unknown': {
    status: 404,
    message: 'There is no such session of yours, or not any more.',
    remedy: 'Look at the list again.',
  },
  'organisation.unknown': {
    status: 404,
    message: 'There is no such organisation.',
    remedy: 'Look at the list again.',
  },
  'organisation.claimed': {
    status: 409,
    message: 'The organisation has an owner, who alone lets a data plane in.',
    remedy: 'Ask the owner.',
  },
  'organisation.suspended': {
    status: 403,
    message: 'The operators of this installation have suspended your organisation.',
    remedy: 'Its data is as it was. Ask whoever runs the installation.',
  },
  'ciphertext.unknown': {
    status: 404,
    message: 'The organisation has no such object.',
    remedy: 'Look at the list again; what no manifest names is deleted after a while.',
  },
  'maintenance.invalid': {
    status: 400,
    message: 'The work must end after it begins, in the future, and within two weeks.',
    remedy: 'Give other times.',
  },
})
