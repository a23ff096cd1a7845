import { defineErrors } from '../../platform/errors.ts'

export const failGroup = defineErrors({
  'group.unknown': {
    status: 404,
    message: 'There is no such group.',
    remedy: 'Look at the list of groups again.',
  },
  'group.exists': {
    status: 409,
    message: 'There is a group of this name already; capitals do not count.',
    remedy: 'Choose another name.',
  },
  'group.member_unknown': {
    status: 404,
    message: 'There is no such member.',
    remedy: 'Look at the list of members again.',
  },
  'group.too_many': {
    status: 409,
    message: 'An organisation has at most 1,000 groups.',
    remedy: 'Delete groups that nobody needs any more.',
  },
  'group.provisioned': {
    status: 409,
    message: 'The identity provider keeps this group’s name and members.',
    remedy: 'Change them there. Which role it gives is chosen here.',
  },
})
