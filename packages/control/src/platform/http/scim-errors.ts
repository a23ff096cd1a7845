/** Refusals as SCIM has them (RFC 7644 section 3.12), under its own addresses. No values, as in problem documents. */
import type { AppError } from '../errors.ts'

/** Of our codes, those that SCIM has a word for. */
const scimTypes: Readonly<Record<string, string>> = {
  'group.exists': 'uniqueness',
  'person.exists': 'uniqueness',
  'person.external_id_taken': 'uniqueness',
  'provisioning.bad_filter': 'invalidFilter',
  'provisioning.bad_path': 'invalidPath',
  'provisioning.bad_value': 'invalidValue',
  'provisioning.bad_address': 'invalidValue',
  'provisioning.bad_member': 'invalidValue',
  'provisioning.other_address': 'invalidValue',
  'provisioning.no_target': 'noTarget',
  'provisioning.fixed': 'mutability',
  'provisioning.unreadable': 'invalidSyntax',
  'request.malformed_json': 'invalidSyntax',
}

export function isScim(url: string): boolean {
  return url.startsWith('/scim/v2/')
}

type ScimError = {
  readonly schemas: readonly [string]
  readonly status: string
  readonly scimType?: string
  /** Code, what is wrong, and what to do. */
  readonly detail: string
}

export function renderScimError({ code, status, message, remedy }: AppError, incident?: string): ScimError {
  const scimType = scimTypes[code]
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType !== undefined && { scimType }),
    detail: `${code}: ${message} ${remedy}${incident === undefined ? '' : ` (incident ${incident})`}`,
  }
}
