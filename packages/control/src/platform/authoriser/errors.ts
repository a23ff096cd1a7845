import { defineErrors } from '../errors.ts'

const remedy = 'Try again in a few seconds; if it stays so, the operator finds the reason in the log.'

export const failAuthoriser = defineErrors({
  'authoriser.away': { status: 503, message: 'The process that authorises does not answer.', remedy },
  'authoriser.busy': { status: 503, message: 'Too many calls wait to be authorised.', remedy },
  'authoriser.not_started': {
    status: 500,
    message: 'The process that authorises did not start.',
    remedy: 'Check that the role keyhold_authoriser may connect to the database with the password in its file.',
  },
})
