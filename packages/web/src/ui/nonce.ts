/** The nonce of this page's content security policy, for libraries that write style elements; '' when there is none. */
export function readNonce(): string {
  const element = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')
  return element?.nonce ?? ''
}
