import type { Custody } from '@keyhold/contract'

export type { Custody } from '@keyhold/contract'

/** Who runs what, and what follows: the words of README's table, and of every report. */
export const custodyClaims: Readonly<Record<Custody, { readonly who: string; readonly claim: string }>> = {
  demo: {
    who: 'Both planes and the key file are on one machine.',
    claim:
      'The control plane’s process, database and objects hold no key that opens data. The machine’s administrator can read everything.',
  },
  hosted: {
    who: 'The operator runs the data plane, the customer the key provider.',
    claim: 'Reading is possible only while the customer’s key is enabled; every unwrap is in the provider’s own log.',
  },
  yours: {
    who: 'The customer runs data plane and key provider.',
    claim: 'The control plane has no data key and no path to a value.',
  },
}
