/**
 * The one Trusted Types policy. Markup is refused: only text that cannot hold an element passes, which is what
 * component libraries set as style sheets and as the empty string. Script addresses must be of this server's own assets.
 */
type PolicyFactory = {
  createPolicy(name: string, rules: Record<string, (input: string) => string>): unknown
}

/** What the policy lets through; throws TypeError for all else. */
export const policyRules = (origin: string): Record<'createHTML' | 'createScriptURL', (input: string) => string> => ({
  createHTML: (input) => {
    if (/[<&]/.test(input)) throw new TypeError('Markup from text is not allowed')
    return input
  },
  createScriptURL: (input) => {
    const address = new URL(input, origin)
    if (address.origin !== origin || !address.pathname.startsWith('/assets/')) {
      throw new TypeError('Only scripts of this server’s assets are allowed')
    }
    return address.href
  },
})

/** Registers the policy as the page's default one, where the browser has Trusted Types. To be called first. */
export function installTrustedTypes(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes
  factory?.createPolicy('default', policyRules(location.origin))
}
