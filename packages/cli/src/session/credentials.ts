import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseLoginString, parseTokenString, type LoginTarget } from '@keyhold/client'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { readPrivateJson, writePrivateFile } from './private-file.ts'

/** What the server accepts as proof of who calls. */
type Secret = { kind: 'session'; secret: string } | { kind: 'token'; secret: string }

/** Everything that a signed-in client keeps (file `credentials.json`, mode 0600). */
export type Credentials = LoginTarget & {
  readonly format: 1
  readonly organisation: string | null
  readonly project: string | null
  readonly secret: Secret | null
  /** base64url seed of the device's, or token's, signing key. */
  readonly seed: string
  readonly email: string | null
}

/** Of the environment if it has KEYHOLD_TOKEN, else of the file. Throws `credentials.missing`. */
export function loadCredentials(context: Pick<CommandContext, 'env' | 'home'>): Credentials {
  const token = context.env['KEYHOLD_TOKEN']
  if (token !== undefined && token !== '') return readEnvironment(token, context)
  const stored = readCredentials(context.home)
  if (stored?.secret) return stored
  throw new CliError(
    'credentials.missing',
    'you are not signed in',
    'run "keyhold setup LINK" the first time, "keyhold login" after that, or set KEYHOLD_LOGIN and KEYHOLD_TOKEN.',
  )
}

function readEnvironment(token: string, context: Pick<CommandContext, 'env' | 'home'>): Credentials {
  const login = context.env['KEYHOLD_LOGIN']
  const target = login === undefined || login === '' ? readCredentials(context.home) : parseLoginString(login)
  if (target === undefined) {
    throw new CliError(
      'credentials.missing',
      'KEYHOLD_TOKEN is set, but not where to use it',
      "set KEYHOLD_LOGIN='https://host:port#p=…&a=…'.",
    )
  }
  return tokenCredentials(target, token)
}

/** Credentials of a token. Throws `anchor.not_pinned` when login string and token name different anchors. */
export function tokenCredentials(target: LoginTarget, token: string): Credentials {
  const { serverHalf, seed, anchor } = parseTokenString(token)
  if (anchor !== target.anchor) {
    throw new CliError(
      'anchor.not_pinned',
      'the token and the login string name different anchors',
      'use the login string of the installation where the token was made.',
    )
  }
  return {
    format: 1,
    url: target.url,
    pin: target.pin,
    anchor,
    organisation: null,
    project: null,
    secret: { kind: 'token', secret: serverHalf },
    seed: seed.toBase64({ alphabet: 'base64url', omitPadding: true }),
    email: null,
  }
}

/** The stored credentials, signed in or not; undefined when there are none. Throws `credentials.unreadable`. */
export function readCredentials(home: string): Credentials | undefined {
  const stored = readPrivateJson(credentialsPath(home))
  if (stored === undefined) return undefined
  if (typeof stored === 'object' && stored !== null && 'format' in stored && stored.format === 1 && 'seed' in stored) {
    return stored as Credentials
  }
  throw new CliError(
    'credentials.unreadable',
    `${credentialsPath(home)} is not of this version`,
    'delete it and sign in again.',
  )
}

export function storeCredentials(home: string, credentials: Credentials): void {
  writePrivateFile(credentialsPath(home), JSON.stringify(credentials, null, 2))
}

/** Forgets everything, the device key included. */
export function deleteCredentials(home: string): void {
  rmSync(credentialsPath(home), { force: true })
}

function credentialsPath(home: string): string {
  return join(home, 'credentials.json')
}
