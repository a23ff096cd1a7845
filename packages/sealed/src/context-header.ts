import { encodeCanonical, parseCanonicalObject, type CanonicalObject } from './canonical.ts'
import { SealedError } from './errors.ts'

/** What a sealed file or a wrapped secret is for: one can never stand in for another. */
const purposes = [
  'data',
  'document',
  'document-body',
  'document-key',
  'file-key',
  'job',
  'key-file',
  'label',
  'request',
  'response',
  'result-cache',
  'root-key',
  'sealing-key',
  'secret',
  'signing-key',
  'table-key',
  'upload',
] as const

export type Purpose = (typeof purposes)[number]

/** The immutable part of a sealed file: what it is and where it belongs. */
export interface ContextHeader {
  readonly organisation: string
  readonly project: string
  /** Identifier of the table, or null for what belongs to none. */
  readonly table: string | null
  /** Identifier of the file, unique in its project. */
  readonly file: string
  /** Counts up when a file of the same identifier is sealed again. */
  readonly version: number
  readonly purpose: Purpose
  /** Base64url SHA-256 of the sealed request; present exactly when the purpose is `response`. */
  readonly request?: string
}

/** What the reader knows of the file it asked for; each given field must be equal. */
export type ContextExpectation = Pick<ContextHeader, 'organisation' | 'project' | 'purpose'> & Partial<ContextHeader>

/** Longest context header, in bytes. */
export const maxHeaderLength = 2048

const identifier = /^[A-Za-z0-9_.:-]{1,128}$/
const digest = /^[A-Za-z0-9_-]{43}$/

/** Canonical bytes of a header. Throws `header.malformed` for a field out of its range. */
export function encodeContextHeader(header: ContextHeader): Uint8Array {
  const { organisation, project, table, file, version, purpose, request } = header
  const fields = { format: 1, organisation, project, table, file, version, purpose, request }
  const bytes = encodeCanonical(fields)
  parseFields(fields)
  return bytes
}

/** Throws `header.malformed`, `header.too_long` or `header.unsupported` (another format or purpose). */
export function parseContextHeader(bytes: Uint8Array): ContextHeader {
  if (bytes.length > maxHeaderLength) throw new SealedError('header.too_long', 'The context header is too long')
  let fields: CanonicalObject
  try {
    fields = parseCanonicalObject(bytes)
  } catch (cause) {
    throw new SealedError('header.malformed', 'The context header is not canonical JSON', { cause })
  }
  return parseFields(fields)
}

/** Throws `header.unexpected`, naming the field, when the header is not of the file that was asked for. */
export function assertExpected(header: ContextHeader, expected: ContextExpectation): void {
  for (const field of ['organisation', 'project', 'table', 'file', 'version', 'purpose', 'request'] as const) {
    if (expected[field] === undefined || expected[field] === header[field]) continue
    throw new SealedError('header.unexpected', `The file is not the one expected: its ${field} differs`)
  }
}

function parseFields(fields: { readonly [key: string]: unknown }): ContextHeader {
  if (fields['format'] !== 1) throw new SealedError('header.unsupported', 'The file has an unknown format')
  const purpose = purposes.find((known) => known === fields['purpose'])
  if (purpose === undefined) throw new SealedError('header.unsupported', 'The file has an unknown purpose')
  const { organisation, project, table, file, version, request } = fields
  assertField(isIdentifier(organisation), 'organisation')
  assertField(isIdentifier(project), 'project')
  assertField(table === null || isIdentifier(table), 'table')
  assertField(isIdentifier(file), 'file')
  assertField(typeof version === 'number' && Number.isSafeInteger(version) && version >= 0, 'version')
  assertField(
    Object.values(fields).filter((value) => value !== undefined).length === (purpose === 'response' ? 8 : 7),
    'set of fields',
  )
  const header = { organisation, project, table, file, version, purpose }
  if (purpose !== 'response') return header
  assertField(typeof request === 'string' && digest.test(request), 'request')
  return { ...header, request }
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && identifier.test(value)
}

function assertField(condition: boolean, field: string): asserts condition {
  if (!condition) throw new SealedError('header.malformed', `The context header has a wrong ${field}`)
}
