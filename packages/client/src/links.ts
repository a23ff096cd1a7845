import type { Custody } from '@keyhold/contract'
import { ClientError } from './errors.ts'

/** Where the server is and whom to trust there. */
export type LoginTarget = {
  /** `https://host:port`. */
  readonly url: string
  /** base64url SHA-256 of the server's public key. */
  readonly pin: string
  /** Key id of the organisation's anchor. */
  readonly anchor: string
}

export type SetupLink = LoginTarget & {
  readonly organisation: string
  readonly secret: string
  /** As the data plane that printed the link says. */
  readonly custody?: Custody
}

const custodies: readonly Custody[] = ['demo', 'hosted', 'yours']
const digestPattern = /^[A-Za-z0-9_-]{43}$/
const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Parses `https://host:port#p=PIN&a=ANCHOR`. Throws `link.malformed`. */
export function parseLoginString(text: string): LoginTarget {
  const { url, fields } = splitLink(text, 'login string', 'https://host:port#p=…&a=…')
  const [pin, anchor] = [fields.get('p') ?? '', fields.get('a') ?? '']
  if (!digestPattern.test(pin) || !digestPattern.test(anchor))
    throw malformed('login string', 'https://host:port#p=…&a=…')
  return { url: url.origin, pin, anchor }
}

/** The login string of a target: what a colleague or a program needs besides a token. */
export function formatLoginString(target: LoginTarget): string {
  return `${target.url}#p=${target.pin}&a=${target.anchor}`
}

/** Parses the set-up link that a data plane prints. Throws `link.malformed`. */
export function parseSetupLink(text: string): SetupLink {
  const form = 'https://host:port/setup#o=…&s=…&a=…&p=…'
  const { url, fields } = splitLink(text, 'set-up link', form)
  const pin = fields.get('p') ?? ''
  const anchor = fields.get('a') ?? ''
  const secret = fields.get('s') ?? ''
  const organisation = fields.get('o') ?? ''
  const sound = [pin, anchor, secret].every((field) => digestPattern.test(field)) && idPattern.test(organisation)
  if (!sound || url.pathname !== '/setup') throw malformed('set-up link', form)
  const custody = custodies.find((known) => known === fields.get('c'))
  return { url: url.origin, pin, anchor, secret, organisation, ...(custody !== undefined && { custody }) }
}

/** `pin` and `anchor` are there when a client made the link; the server's own mail names neither. */
export type InvitationLink = {
  readonly url: string
  readonly organisation: string
  readonly secret: string
  readonly pin?: string
  readonly anchor?: string
}

const invitationPattern = /^kh_inv_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/

/** The link of an invitation, with whom to trust there. */
export function formatInvitationLink(link: Required<InvitationLink>): string {
  return `${link.url}/invitation#o=${link.organisation}&s=${link.secret}&p=${link.pin}&a=${link.anchor}`
}

/** Parses the link of an invitation. Throws `link.malformed`. */
export function parseInvitationLink(text: string): InvitationLink {
  const form = 'https://host:port/invitation#o=…&s=…'
  const { url, fields } = splitLink(text, 'invitation link', form)
  const [organisation, secret] = [fields.get('o') ?? '', fields.get('s') ?? '']
  const [pin, anchor] = [fields.get('p'), fields.get('a')]
  const pinned = [pin, anchor].every((field) => field === null || digestPattern.test(field))
  const sound = pinned && idPattern.test(organisation) && invitationPattern.test(secret)
  if (!sound || url.pathname !== '/invitation') throw malformed('invitation link', form)
  return { url: url.origin, organisation, secret, ...(pin !== null && { pin }), ...(anchor !== null && { anchor }) }
}

function splitLink(text: string, what: string, form: string): { url: URL; fields: URLSearchParams } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:') throw malformed(what, form)
  return { url, fields: new URLSearchParams(url.hash.slice(1)) }
}

function malformed(what: string, form: string): ClientError {
  return new ClientError(
    'link.malformed',
    `this is not a whole ${what}`,
    `give all of it; quote it in the shell: '${form}'.`,
  )
}
