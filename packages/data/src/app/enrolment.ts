/** Which organisation this data plane belongs to: decided once, by a single-use token, and kept. */
import { join } from 'node:path'
import { encodeCanonical } from '@keyhold/sealed'
import { DataError } from '../errors.ts'
import { digest } from '../formats/statements.ts'
import type { SigningKeys } from '../keyring/signing-keys.ts'
import { ControlHttp } from '../link/control-http.ts'
import type { ServerAddress } from '../link/pinned-tls.ts'
import { readJson, writeDurable } from '../platform/durable-file.ts'

export type Enrolled = {
  readonly organisation: string
  readonly dataPlane: string
  /** Verifier key of the organisation's log, pinned. */
  readonly ledgerKey: string
  readonly address: ServerAddress
}

/** What was kept, or undefined before the first enrolment. */
export function readEnrolled(folder: string): Enrolled | undefined {
  return readJson(join(folder, 'enrolled.json')) as Enrolled | undefined
}

export function writeEnrolled(folder: string, enrolled: Enrolled): void {
  writeDurable(join(folder, 'enrolled.json'), JSON.stringify(enrolled))
}

/** Enrols with a token and keeps the answer. @throws `enrolment.token_missing`, or the control plane's refusal */
export async function enrol(
  folder: string,
  address: ServerAddress,
  token: string | undefined,
  keys: SigningKeys,
): Promise<Enrolled> {
  if (token === undefined) throw tokenMissing()
  const http = new ControlHttp(address)
  try {
    const answer = await http.postJson<Omit<Enrolled, 'address'>>(
      '/v1/link/enrol',
      await signEnrolment(token, address, keys),
    )
    const { organisation, dataPlane, ledgerKey } = answer
    const enrolled = { organisation, dataPlane, ledgerKey, address }
    writeEnrolled(folder, enrolled)
    return enrolled
  } catch (cause) {
    throw isOfNetwork(cause) ? unreachable(address, cause) : cause
  } finally {
    await http.close()
  }
}

async function signEnrolment(token: string, address: ServerAddress, { identity, anchor }: SigningKeys) {
  const anchorPublicKey = encode(anchor.publicKey)
  const signed = {
    purpose: 'keyhold enrol',
    token: digest(Buffer.from(token)),
    serverPin: address.pin,
    anchor: anchorPublicKey,
  }
  const signature = encode(await identity.sign(encodeCanonical(signed)))
  return { token, identityPublicKey: encode(identity.publicKey), anchorPublicKey, signature }
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** Node's own codes: ECONNREFUSED, ENOTFOUND, UND_ERR_SOCKET and the like. */
function isOfNetwork(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && /^[A-Z_0-9]+$/.test(String(cause.code))
}

function unreachable({ url }: ServerAddress, cause: unknown): DataError {
  return new DataError(
    'enrolment.unreachable',
    `The control plane cannot be reached at ${url}.`,
    'Check that it runs and that this machine may dial it; then start again with the same enrolment.',
    { cause },
  )
}

function tokenMissing(): DataError {
  return new DataError(
    'enrolment.token_missing',
    'This data plane is not enrolled yet, and no enrolment token was given.',
    'Give the enrolment that an operator was shown; the first one comes from the control plane as it starts.',
  )
}
