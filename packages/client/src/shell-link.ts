/**
 * A shell that a browser signs in (RFC 8252 with PKCE, RFC 7636): the link that the shell prints, the mark that both show,
 * and what the browser hands back. The link's secret stays in the fragment and opens nothing: it only names the shell.
 */
import { decodeBase64url, digestBytes, encodeBase64url } from '@keyhold/sealed'
import { ClientError } from './errors.ts'

export type ShellRequest = {
  /** base64url SHA-256 of the shell's secret. */
  readonly challenge: string
  /** What the browser says along with the code, so that no other page can hand one in. */
  readonly state: string
  /** Name of the shell's machine, as it says. */
  readonly name: string
  /** Where the shell listens on the same machine; absent: the code is carried by hand. */
  readonly port?: number
  /** Who is to be signed in, as the shell was told. */
  readonly email?: string
  readonly organisation?: string
  /** The provider's sign-in is offered first. */
  readonly sso?: true
}

/** What the browser gives a shell: with its own secret, that signs it in. */
export type ShellHandover = { readonly organisation: string; readonly code: string }

const digestPattern = /^[A-Za-z0-9_-]{43}$/
const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const codePattern = /^kh_shl_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/
/** Without letters that look like others, and without signs that turn a text around. */
const markLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const longestName = 60

/** A shell's secret and what it tells of it, in base64url. */
export async function drawShellSecret(): Promise<{ verifier: string; challenge: string; state: string }> {
  const draw = () => encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))
  const verifier = draw()
  return { verifier, challenge: await digestBytes(new TextEncoder().encode(verifier)), state: draw() }
}

/** `XXXX-XXXX`, 40 bits of the challenge: what shell and browser both show, for a person to compare. */
export async function markShell(challenge: string): Promise<string> {
  const digest = decodeBase64url(await digestBytes(new TextEncoder().encode(`keyhold shell ${challenge}`)))
  const letters = [...(digest ?? new Uint8Array()).subarray(0, 8)].map((byte) => markLetters[byte % 32])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

/** The page's address at a server. */
export function formatShellLink(url: string, request: ShellRequest): string {
  const { challenge, state, name, port, email, organisation, sso } = request
  const fields = new URLSearchParams({ c: challenge, s: state, n: cleanName(name) })
  if (port !== undefined) fields.set('p', String(port))
  if (email !== undefined) fields.set('e', email)
  if (organisation !== undefined) fields.set('o', organisation)
  if (sso) fields.set('sso', '1')
  return `${url}/shell#${fields.toString()}`
}

/** What a link asks, of its fragment; undefined when it is not whole. Anybody can have written it. */
export function parseShellLink(fragment: string): ShellRequest | undefined {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const [challenge, state] = [fields.get('c') ?? '', fields.get('s') ?? '']
  if (!digestPattern.test(challenge) || !digestPattern.test(state)) return undefined
  const [port, email, organisation] = [Number(fields.get('p') ?? 0), fields.get('e'), fields.get('o')]
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return undefined
  return {
    challenge,
    state,
    name: cleanName(fields.get('n') ?? ''),
    ...(port > 0 && { port }),
    ...(email !== null && /^[^@\s]{1,64}@[^@\s]{1,190}$/.test(email) && { email }),
    ...(organisation !== null && idPattern.test(organisation) && { organisation }),
    ...(fields.get('sso') === '1' && { sso: true as const }),
  }
}

/** Where the browser goes with the code: only ever this machine. */
export function formatShellReturn({ port, state }: { port: number; state: string }, handover: ShellHandover): string {
  return `http://127.0.0.1:${port}/?${new URLSearchParams({ state, line: formatHandover(handover) }).toString()}`
}

/** One line, to be carried by hand. */
export function formatHandover({ organisation, code }: ShellHandover): string {
  return `${organisation}.${code}`
}

/** Throws `shell.line_malformed`. */
export function parseHandover(line: string): ShellHandover {
  const [organisation = '', code = '', ...rest] = line.trim().split('.')
  if (idPattern.test(organisation) && codePattern.test(code) && rest.length === 0) return { organisation, code }
  throw new ClientError(
    'shell.line_malformed',
    'this is not the whole line that the browser shows',
    'run the command again, and copy all of it.',
  )
}

function cleanName(name: string): string {
  const clean = name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '').trim()
  return clean === '' ? 'a shell' : clean.slice(0, longestName)
}
