/** What scanners of repositories and logs need to find a lost token without false alarms. docs/formats.md says the same. */
import { tokenPattern } from './secret.ts'

export const tokenFormat = {
  pattern: tokenPattern.source,
  kinds: [
    { prefix: 'kh_svc_', about: 'a program’s token' },
    { prefix: 'kh_usr_', about: 'a person’s own token' },
    { prefix: 'kh_prv_', about: 'an identity provider’s token' },
    { prefix: 'kh_end_', about: 'reserved for data endpoints' },
  ],
  checksum:
    'The last 6 characters: CRC-32 (as in gzip) of everything before the last underscore, in base 62 with the digits 0-9A-Za-z, padded with zeros on the left.',
  report: '/v1/leaked-tokens',
}
