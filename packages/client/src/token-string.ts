import { decodeBase64url, encodeBase64url } from '@keyhold/sealed'
import { ClientError } from './errors.ts'

/** A whole token: the server's half, the signing seed that never leaves the client, and the anchor's key id. */
export type TokenParts = { readonly serverHalf: string; readonly seed: Uint8Array; readonly anchor: string }

/** Parses `serverhalf.seed.anchor`. Throws `token.malformed`, without quoting any of it. */
export function parseTokenString(text: string): TokenParts {
  const [serverHalf = '', encodedSeed = '', anchor = '', ...rest] = text.trim().split('.')
  const seed = decodeBase64url(encodedSeed)
  const sound = /^kh_[a-z]+_[0-9A-Za-z]+_[0-9A-Za-z]+$/.test(serverHalf) && seed?.length === 32
  if (!sound || !/^[A-Za-z0-9_-]{43}$/.test(anchor) || rest.length > 0) {
    throw new ClientError(
      'token.malformed',
      'this is not a whole token',
      'give all three parts, as they were shown when it was made.',
    )
  }
  return { serverHalf, seed, anchor }
}

/** The whole token, to be shown once. */
export function formatTokenString(parts: TokenParts): string {
  return `${parts.serverHalf}.${encodeBase64url(parts.seed)}.${parts.anchor}`
}
