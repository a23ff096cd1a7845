/** As much of `oidc-provider` as tests use: it comes without types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  type Account = { accountId: string; claims: () => Promise<Record<string, unknown>> }
  export class Provider {
    constructor(
      issuer: string,
      configuration: {
        clients: object[]
        features: { backchannelLogout: { enabled: boolean } }
        fetch: (url: URL | string, options: { body?: unknown }) => Promise<Response>
        claims: Record<string, string[]>
        cookies: { keys: string[] }
        findAccount: (context: unknown, id: string) => Promise<Account>
      },
    )
    callback(): RequestListener
    readonly Client: {
      find(
        id: string,
      ): Promise<{ backchannelLogoutUri?: string; backchannelLogout(sub: string): Promise<void> } | undefined>
    }
  }
}
