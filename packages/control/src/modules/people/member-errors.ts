import { defineErrors } from '../../platform/errors.ts'

export const failMember = defineErrors({
  'person.unknown': {
    status: 404,
    message: 'There is no such member.',
    remedy: 'Look at the list of members again.',
  },
  'person.exists': {
    status: 409,
    message: 'This address is a member’s already.',
    remedy: 'Change that member’s role instead.',
  },
  'person.self': {
    status: 409,
    message: 'Nobody changes or removes the own account this way.',
    remedy: 'Ask another owner or admin; to go, leave the organisation.',
  },
  'person.last_owner': {
    status: 409,
    message: 'You are the last owner, and an organisation always has one.',
    remedy: 'Transfer the ownership to another member first.',
  },
  'person.only_owner': {
    status: 409,
    message: 'This is the last owner, and an organisation always has one.',
    remedy: 'Let an owner transfer the ownership to another member first.',
  },
  'person.external_id_taken': {
    status: 409,
    message: 'Another member has this external id.',
    remedy: 'Give each person an external id of their own in the identity provider.',
  },
  'person.identity_kept': {
    status: 403,
    message: 'The address of this account, and who it is for the identity provider, are not provisioning’s to change.',
    remedy: 'Leave them as they are: the account was not made by provisioning, or is an owner’s or admin’s.',
  },
  'person.owners_only': {
    status: 403,
    message: 'Only owners make owners, and only owners change or remove them.',
    remedy: 'Ask an owner of the organisation.',
  },
  'invitation.unknown': {
    status: 404,
    message: 'There is no such invitation.',
    remedy: 'It may have been accepted or revoked: look at the list again.',
  },
  'invitation.refused': {
    status: 403,
    message: 'This invitation does not work with this address.',
    remedy: 'Open the whole link, and give the address that was invited. A link works once; ask for another.',
  },
  'invitation.single_sign_on': {
    status: 403,
    message: 'This organisation lets its members in by single sign-on alone.',
    remedy: 'Accept the invitation with single sign-on.',
  },
  'invitation.expired': {
    status: 410,
    message: 'The invitation has run out.',
    remedy: 'Ask whoever invited you for another one.',
  },
})
