import { defineErrors } from '../../platform/errors.ts'

export const failAddresses = defineErrors({
  'addresses.malformed': {
    status: 400,
    message: 'A range is not an address or a network in CIDR form.',
    remedy: 'Write ranges such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48, with the network’s own address.',
  },
  'addresses.locks_out': {
    status: 409,
    message: 'The list would shut out the address that you call from now, or a data plane that is linked now.',
    remedy: 'Add that address, or confirm that you want it so.',
  },
  'addresses.unknown_subject': {
    status: 404,
    message: 'There is no such organisation, project or token here.',
    remedy: 'Choose your organisation, one of its projects, or one of its tokens.',
  },
})
