/** By which of its own names a caller reached this server: what passkeys are bound to. */

export type RelyingParty = {
  /** The host name (WebAuthn's relying party id). */
  readonly id: string
  readonly origin: string
}

/** From the Host header; undefined unless it is a name that this server's certificate is for. */
export function readRelyingParty(host: string, serverNames: readonly string[]): RelyingParty | undefined {
  if (!/^[a-z0-9.-]+(:\d{1,5})?$/i.test(host)) return undefined
  const { hostname, origin } = new URL(`https://${host}`)
  return serverNames.includes(hostname) ? { id: hostname, origin } : undefined
}
