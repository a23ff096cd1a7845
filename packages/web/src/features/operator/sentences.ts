import type { OperatorSubject } from '@keyhold/contract'

/** What is hidden of a subject and what is not, in one sentence each. */
export const sentences: Readonly<Record<OperatorSubject, string>> = {
  project: 'Names of organisation, project and buckets are in clear. Nothing that is in them is.',
  tables:
    'Names, column types, counts and sizes are in clear, signed by your data plane. Every value is in sealed files.',
  documents: 'Who saved when, and how large, is in clear. Kind, title, SQL and layout are ciphertext.',
  uploads: 'Size, times and the table are in clear. File name, settings and content are ciphertext.',
  jobs: 'State, progress and error codes are in clear. What is worked on is not.',
  requests: 'Who asked, when and how large is in clear. Question, parameters and answer are ciphertext, and not kept.',
  keys: 'Every key here is wrapped by another that the control plane does not have.',
  tokens: 'Names, scopes and times are in clear. Of the secret there is a hash; the signing half was never here.',
  members:
    'E-mail addresses are encrypted under the platform’s key, which opens no customer data. Passwords are hashes.',
  devices: 'Public keys and names of devices are in clear, signed in a chain. Private keys never left them.',
  audit: 'Acts, times and outcomes are in clear. Addresses and other personal fields are commitments and ciphertext.',
}
