import { defineErrors } from '../../platform/errors.ts'

const settingErrors = {
  'identity_provider.missing': {
    status: 404,
    message: 'Your organisation has no identity provider yet.',
    remedy: 'An owner or admin enters one in the settings, under “Single sign-on”.',
  },
  'identity_provider.secret_needed': {
    status: 400,
    message: 'Another issuer or client needs its secret entered again.',
    remedy: 'Enter the client secret that belongs to this issuer and client.',
  },
  'identity_provider.unusable': {
    status: 400,
    message: 'At this address there is no OpenID provider that can be used.',
    remedy:
      'Enter the issuer exactly as the provider names itself; it must offer the code flow and sign with a public key.',
  },
  'identity_provider.in_force': {
    status: 409,
    message: 'Single sign-on is the only way in: without this provider nobody but break-glass owners would get in.',
    remedy: 'Allow passwords again first.',
  },
  'domain.malformed': {
    status: 400,
    message: 'That is no domain name.',
    remedy: 'Enter what stands behind the @ of your addresses, such as example.org.',
  },
  'domain.exists': { status: 409, message: 'This domain is there already.', remedy: 'Prove the one in the list.' },
  'domain.unknown': { status: 404, message: 'There is no such domain.', remedy: 'Look at the list again.' },
  'domain.too_many': { status: 409, message: 'There are fifty domains already.', remedy: 'Remove one first.' },
  'domain.not_proven': {
    status: 409,
    message: 'Neither the DNS record nor the file was found.',
    remedy: 'Copy the text exactly; a new DNS record can take an hour until it is seen everywhere.',
  },
  'domain.taken': {
    status: 409,
    message: 'Another organisation of this installation has proven this domain.',
    remedy: 'Let that organisation remove it, or ask the operator.',
  },
  'domain.in_force': {
    status: 409,
    message: 'Single sign-on is the only way in, and this is the last proven domain.',
    remedy: 'Prove another domain, or allow passwords again first.',
  },
} as const

const policyErrors = {
  'single_sign_on.domain_first': {
    status: 409,
    message: 'This needs a proven domain.',
    remedy: 'Add a domain and prove it.',
  },
  'single_sign_on.own_sign_in_first': {
    status: 409,
    message: 'You have not signed in by single sign-on yourself, and might lock yourself out.',
    remedy: 'Connect your own account with the identity provider first.',
  },
  'single_sign_on.break_glass_needed': {
    status: 409,
    message: 'Without a break-glass owner nobody gets in when the provider fails.',
    remedy: 'Name at least one owner who has a password and a second factor.',
  },
  'single_sign_on.break_glass_unfit': {
    status: 409,
    message: 'A break-glass owner must be an owner with a password and a second factor.',
    remedy: 'Let that owner add a second factor first, or name another one.',
  },
} as const

export const failSingleSignOn = defineErrors({
  ...settingErrors,
  ...policyErrors,
  'single_sign_on.unknown_domain': {
    status: 404,
    message: 'No organisation here has single sign-on for this address.',
    remedy: 'Use your address at work, or the sign-in link of your organisation, or your password.',
  },
  'single_sign_on.refused': {
    status: 403,
    message: 'This sign-in was begun elsewhere, is older than ten minutes, or was used already.',
    remedy: 'Begin again at the sign-in page, in this browser.',
  },
  'single_sign_on.denied': {
    status: 403,
    message: 'The identity provider did not let you in.',
    remedy: 'Try again, or ask whoever runs the identity provider whether you may use Keyhold.',
  },
  'single_sign_on.provider_failed': {
    status: 502,
    message: 'The answer of the identity provider does not hold: it is not valid, not for us, or not of this sign-in.',
    remedy: 'Begin again; if it stays so, an owner or admin tests the provider in the settings.',
  },
  'single_sign_on.not_linked': {
    status: 403,
    message: 'No account here belongs to that account at the identity provider.',
    remedy: 'Ask an owner or admin for an invitation, and accept it with single sign-on.',
  },
  'single_sign_on.connect_first': {
    status: 403,
    message: 'There is an account with this address, which is not connected with the identity provider.',
    remedy: 'Sign in to it as before, and connect it in your settings, under “Sign-in”.',
  },
  'single_sign_on.no_address': {
    status: 403,
    message: 'The identity provider did not say an e-mail address.',
    remedy: 'Let it give the claim “email”, for which the scope “email” is asked.',
  },
  'single_sign_on.connected_elsewhere': {
    status: 409,
    message: 'That account at the identity provider opens another account here.',
    remedy: 'Sign in with single sign-on to reach that one, or disconnect it there first.',
  },
  'single_sign_on.other_person': {
    status: 403,
    message: 'That is not the account that yours is connected with.',
    remedy: 'Begin again and sign in at the identity provider as yourself.',
  },
  'single_sign_on.not_fresh': {
    status: 403,
    message: 'The identity provider did not ask you to sign in again.',
    remedy: 'Prove it another way, or let whoever runs the provider look at “max_age” and “auth_time”.',
  },
  'single_sign_on.logout_refused': {
    status: 400,
    message: 'This is no logout token of the organisation’s identity provider, or it was taken already.',
    remedy: 'Look at the client’s registration at the provider: issuer, audience, and the signing algorithm.',
  },
  'single_sign_on.last_way': {
    status: 409,
    message: 'Without this connection you could not sign in any more.',
    remedy: 'Keep it, or ask an owner whether passwords may be used here.',
  },
  'single_sign_on.no_step_up': {
    status: 409,
    message: 'Your account does not prove itself this way.',
    remedy: 'Use your second factor or your password.',
  },
})
