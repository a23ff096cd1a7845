import { defineErrors } from '../../platform/errors.ts'

export const failPersonal = defineErrors({
  'consent.outdated': {
    status: 409,
    message: 'The notice about personal data has another version by now.',
    remedy: 'Read it again and agree to the version that is in force.',
  },
  'person.unknown': {
    status: 404,
    message: 'There is no such member, and nothing is kept about one.',
    remedy: 'List the members: the id may be of somebody who was erased.',
  },
})
