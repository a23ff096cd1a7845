import { defineErrors } from '../../platform/errors.ts'

export const failProvisioning = defineErrors({
  'provisioning.token_unknown': {
    status: 404,
    message: 'There is no such provisioning token.',
    remedy: 'Look at the list of provisioning tokens again.',
  },
  'provisioning.token_ended': {
    status: 401,
    message: 'The provisioning token was ended.',
    remedy: 'Make another one under Settings → Provisioning and give it to the identity provider.',
  },
  'provisioning.token_expired': {
    status: 401,
    message: 'The provisioning token has run out.',
    remedy: 'Make another one under Settings → Provisioning and give it to the identity provider.',
  },
  'provisioning.bad_expiry': {
    status: 400,
    message: 'A provisioning token ends within 365 days from now, and not in the past.',
    remedy: 'Choose an end in the next 365 days.',
  },
  'provisioning.unknown': {
    status: 404,
    message: 'There is no such user or group.',
    remedy: 'Look it up again by its name or external id.',
  },
  'provisioning.too_large': {
    status: 413,
    message: 'The body is longer than 1 MiB, or has more than 100 operations.',
    remedy: 'Send fewer members or operations at once.',
  },
  'provisioning.unreadable': {
    status: 400,
    message: 'The body is not a SCIM message of the kind that this address takes.',
    remedy: 'Send a JSON object as RFC 7643 and RFC 7644 describe it.',
  },
  'provisioning.bad_filter': {
    status: 400,
    message: 'The filter cannot be read, or has more than ten of and, or, not.',
    remedy: 'Write it as RFC 7644 section 3.4.2.2 does: userName eq "ann@example.com".',
  },
  'provisioning.bad_path': {
    status: 400,
    message: 'The path of an operation names nothing that can be changed.',
    remedy: 'Use the attributes that /scim/v2/Schemas lists.',
  },
  'provisioning.no_target': {
    status: 400,
    message: 'The path of an operation meets no value.',
    remedy: 'Read the resource again and name a value that it has.',
  },
  'provisioning.fixed': {
    status: 400,
    message: 'An operation changes what cannot be changed.',
    remedy: 'Leave out id, groups and meta.',
  },
  'provisioning.bad_value': {
    status: 400,
    message: 'A value does not fit its attribute.',
    remedy: 'Compare what is sent with /scim/v2/Schemas: active is true or false, a name has at most 200 characters.',
  },
  'provisioning.bad_address': {
    status: 400,
    message: 'userName is not an e-mail address.',
    remedy: 'Map userName to the person’s e-mail address in the identity provider.',
  },
  'provisioning.other_address': {
    status: 400,
    message:
      'emails names another address for work than userName; one address is kept, and it decides who may come in.',
    remedy: 'Map userName and the work address of emails to the same attribute, or do not send emails.',
  },
  'provisioning.other_version': {
    status: 412,
    message: 'The user or group is another one by now than the version that If-Match names.',
    remedy: 'Read it again, and make the change to what it is now.',
  },
  'provisioning.bad_member': {
    status: 400,
    message: 'A member of the group is no user here.',
    remedy: 'Provision the person first, and name members by the id that this service gave them.',
  },
})
