/** Signed statements as this plane believes them: the signature first, the body's schema second. */
import { createHash } from 'node:crypto'
import { statementBodies, type Signed, type StatementType } from '@keyhold/contract'
import { importVerifyKey, readUnverified, verifyStatement, type VerifyKey } from '@keyhold/sealed'
import type { Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { DataError } from '../errors.ts'

export type StatementBody<T extends StatementType> = Static<(typeof statementBodies)[T]>

type Check = { Check: (value: unknown) => boolean }
const checks = new Map<StatementType, Check>()
const keys = new Map<string, VerifyKey>()
const mostKeys = 4096

/** The body that `publicKey` signed as this type. @throws `signature.invalid`, `signature.malformed`, `statement.malformed` */
export async function verifyBody<T extends StatementType>(
  type: T,
  publicKey: Uint8Array,
  signed: Signed,
): Promise<StatementBody<T>> {
  return checkBody(type, await verifyStatement(await verifyKeyOf(publicKey), type, signed))
}

/** The body without checking who signed: to find out which key to check with, or for what is allowed unattested. */
export function readBody<T extends StatementType>(type: T, signed: Signed): StatementBody<T> {
  return checkBody(type, readUnverified(signed))
}

/** base64url SHA-256 of the statement's bytes, by which its successor names it. */
export function digestOf(signed: { statement: string }): string {
  return createHash('sha256').update(Buffer.from(signed.statement, 'base64url')).digest('base64url')
}

/** base64url SHA-256: key ids and digests. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

/** Whether a value is a Signed; its parts are not checked yet. */
export function isSigned(value: unknown): value is Signed {
  if (typeof value !== 'object' || value === null) return false
  const { statement, signature, keyId } = value as Partial<Record<string, unknown>>
  return typeof statement === 'string' && typeof signature === 'string' && typeof keyId === 'string'
}

async function verifyKeyOf(publicKey: Uint8Array): Promise<VerifyKey> {
  const name = Buffer.from(publicKey).toString('base64url')
  const known = keys.get(name)
  if (known) return known
  const key = await importVerifyKey(publicKey)
  if (keys.size >= mostKeys) keys.clear()
  keys.set(name, key)
  return key
}

function checkBody<T extends StatementType>(type: T, body: unknown): StatementBody<T> {
  let check = checks.get(type)
  if (!check) {
    check = Compile(statementBodies[type]) as Check
    checks.set(type, check)
  }
  if (!check.Check(body)) throw malformed()
  return body as StatementBody<T>
}

function malformed(): DataError {
  return new DataError(
    'statement.malformed',
    'A signed statement lacks a field or has one too many.',
    'Update the client.',
  )
}
