/** As much of `oidc-provider` as tests use: it comes without types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  type Account = { accountId: string; claims: () => Promise<Record<string, unknown>> }
  export class Provider {
    constructor(
      issuer: string,
      configuration: {
        clients: object[]
        claims: Record<string, string[]>
        cookies: { keys: string[] }
        findAccount: (context: unknown, id: string) => Promise<Account>
      },
    )
    callback(): RequestListener
  }
}
