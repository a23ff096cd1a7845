/** A data plane as far as set-up, projects and tokens go: real keys, real signatures, a roster that is really checked. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DataPlaneMethods, RosterChange, Signed } from '@keyhold/contract'
import {
  decodeBase64url,
  digestBytes,
  digestStatement,
  drawSigningSeed,
  encodeCanonical,
  importSigningSeed,
  signStatement,
  type SigningKey,
  verifyStatement,
} from '@keyhold/sealed'
import { AppError } from '../../../platform/errors.ts'

export const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
export const drawKey = (): Promise<SigningKey> => importSigningSeed(drawSigningSeed())

type Method<M extends keyof DataPlaneMethods> = (
  params: DataPlaneMethods[M]['params'],
) => Promise<DataPlaneMethods[M]['result']>

export type TestDataPlane = {
  readonly anchor: SigningKey
  readonly identity: SigningKey
  readonly secret: Buffer
  readonly claim: Method<'setup.claim'>
  readonly provision: (
    organisation: string,
    project: string,
  ) => Promise<DataPlaneMethods['project.provision']['result']>
  readonly submitRoster: (organisation: string, statement: Signed) => Promise<{ number: number }>
  /** Fails the next call of this method with this error. */
  readonly failNext: (method: 'claim' | 'provision' | 'submitRoster', error: Error) => void
}

const created = '2026-01-01T00:00:00.000Z'
const refuse = (code: string) =>
  new AppError(code, { status: 403, message: 'The data plane refused.', remedy: 'Try again.' })

export async function makeTestDataPlane(): Promise<TestDataPlane> {
  const [anchor, identity] = await Promise.all([drawKey(), drawKey()])
  const secret = randomBytes(32)
  const roster: Signed[] = []
  const devices = new Map<string, Uint8Array>()
  const failures = new Map<string, Error>()
  let claimedBy: string | undefined

  function failIfTold(method: string): void {
    const error = failures.get(method)
    failures.delete(method)
    if (error !== undefined) throw error
  }
  const claim: Method<'setup.claim'> = async ({ organisation, device, mac }) => {
    failIfTold('claim')
    const right = computeMac(secret, organisation, device.publicKey, anchor.keyId)
    if (!timingSafeEqual(Buffer.from(right), Buffer.from(mac))) throw refuse('setup.refused')
    if (claimedBy !== undefined && claimedBy !== mac) throw refuse('setup.dead')
    if (claimedBy === undefined) roster.push(await signOwner(anchor, organisation, device))
    claimedBy = mac
    const publicKey = decodeBase64url(device.publicKey) as Uint8Array
    devices.set(await digestBytes(publicKey), publicKey)
    return { roster: roster[0] as Signed, anchorPublicKey: encode(anchor.publicKey) }
  }
  async function submitRoster(organisation: string, statement: Signed): Promise<{ number: number }> {
    failIfTold('submitRoster')
    const known = roster.findIndex((other) => other.statement === statement.statement)
    if (known >= 0) return { number: known + 1 }
    const key = devices.get(statement.keyId)
    if (key === undefined) throw refuse('roster.forged')
    const body = (await verifyStatement(key, 'roster', statement)) as RosterChange
    const head = await digestStatement(roster.at(-1) as Signed)
    if (body.organisation !== organisation || body.previous !== head) throw refuse('roster.out_of_order')
    roster.push(statement)
    return { number: roster.length }
  }
  async function provision(organisation: string, project: string) {
    failIfTold('provision')
    return {
      set: await signSet(anchor, identity, organisation, project),
      keys: [wrapKey('root-key'), wrapKey('sealing-key')],
    }
  }
  const failNext = (method: string, error: Error) => void failures.set(method, error)
  return { anchor, identity, secret, claim, provision, submitRoster, failNext }
}

export function computeMac(secret: Buffer, organisation: string, devicePublicKey: string, anchor: string): string {
  const claim = { purpose: 'keyhold setup', organisation, devicePublicKey, anchor }
  return createHmac('sha256', secret).update(encodeCanonical(claim)).digest('base64url')
}

async function signOwner(
  anchor: SigningKey,
  organisation: string,
  { publicKey, name }: { publicKey: string; name: string },
): Promise<Signed> {
  const keyId = await digestBytes(decodeBase64url(publicKey) as Uint8Array)
  const change = { kind: 'owner', keyId, publicKey, name } as const
  return signStatement(anchor, 'roster', { organisation, number: 1, previous: null, change, created })
}

async function signSet(
  anchor: SigningKey,
  identity: SigningKey,
  organisation: string,
  project: string,
): Promise<Signed> {
  const keys = [{ keyId: identity.keyId, suite: 'mlkem768-x25519', publicKey: encode(randomBytes(1216)) }]
  const signer = encode(identity.publicKey)
  const expires = '2030-01-01T00:00:00.000Z'
  const body = { organisation, project, number: 1, previous: null, keys, signer, created, expires }
  return signStatement(anchor, 'sealing-key-set', body)
}

function wrapKey(purpose: 'root-key' | 'sealing-key') {
  return { id: crypto.randomUUID(), purpose, wrapped: encode(randomBytes(100)) }
}
