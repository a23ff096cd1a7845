import { defineErrors } from '../../platform/errors.ts'

export const failSetup = defineErrors({
  'setup.unknown': {
    status: 404,
    message: 'There is no such organisation to set up.',
    remedy: 'Use the whole set-up link that the data plane printed.',
  },
  'setup.claimed': {
    status: 409,
    message: 'The organisation has been set up already.',
    remedy: 'Sign in instead. If it was not you who set it up, tell the operator at once.',
  },
})
