/** Enrolment of a data plane by a single-use token that is bound to this server's key. */
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database, Found } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failLink } from './errors.ts'
import { isSignedBy } from './signatures.ts'
import {
  insertDataPlane,
  insertEnrolment,
  listRoster,
  lockEnrolment,
  readDataPlane,
  readEnrolledDataPlane,
  removeDataPlane,
  useEnrolment,
} from './store.ts'

const enrolmentLife = 15 * 60_000

export type EnrolmentRequest = {
  readonly token: string
  readonly identityPublicKey: string
  readonly anchorPublicKey: string
  readonly signature: string
}

export type EnrolmentSetting = {
  readonly database: Database
  readonly authoriser: Authoriser
  readonly serverPin: string
  readonly now: () => Date
}

/** Makes a token for a data plane of the organisation; it works once, within 15 minutes. Only its hash is kept. */
export async function createEnrolment(
  setting: Pick<EnrolmentSetting, 'database' | 'now'>,
  organisation: string,
): Promise<{ token: string; expires: string }> {
  return setting.database.withTenant({ organisation }, (tx) => addEnrolment(setting, tx, organisation))
}

/** The same in a transaction of the organisation. */
export async function addEnrolment(
  { now }: Pick<EnrolmentSetting, 'now'>,
  tx: Transaction,
  organisation: string,
): Promise<{ token: string; expires: string }> {
  const token = `kh_enrol_${randomBytes(32).toString('base64url')}`
  const created = now().toISOString()
  const expires = new Date(Date.parse(created) + enrolmentLife).toISOString()
  const row = { organisation, id: randomUUIDv7(), hash: hashToken(token), created, expires }
  await insertEnrolment(tx, row)
  return { token, expires }
}

/**
 * Checks an enrolment: the data plane signs {purpose: 'keyhold enrol', token: digest of the token, serverPin, anchor}
 * with its identity key. The same token with the same keys is answered alike, since an answer can be lost.
 *
 * @returns whose token it is, and what enrols the data plane in a transaction of that organisation
 * @throws `enrolment.forged`, `enrolment.refused`; the second also from `enrol`
 */
export async function enrolDataPlane(
  { authoriser, serverPin, now }: EnrolmentSetting,
  request: EnrolmentRequest,
): Promise<{ organisation: string; enrol: (tx: Transaction) => Promise<string> }> {
  const hash = hashToken(request.token)
  const signed = {
    purpose: 'keyhold enrol',
    token: hash.toString('base64url'),
    serverPin,
    anchor: request.anchorPublicKey,
  }
  if (!(await isSignedBy(request.identityPublicKey, signed, request.signature))) throw failLink('enrolment.forged')
  const found = await authoriser.find('enrolment', hash)
  if (found === undefined) throw failLink('enrolment.refused')
  const { organisation } = found
  return { organisation, enrol: (tx) => spendToken(tx, found, request, now().toISOString()) }
}

async function spendToken(
  tx: Transaction,
  { organisation, id: enrolment }: Found,
  request: EnrolmentRequest,
  now: string,
): Promise<string> {
  const token = await lockEnrolment(tx, enrolment)
  if (token === undefined || token.expires <= now) throw failLink('enrolment.refused')
  if (token.dataPlane !== null) return repeatEnrolment(tx, token.dataPlane, request)
  await replaceUnclaimed(tx)
  const id = randomUUIDv7()
  const keys = { identityKey: request.identityPublicKey, anchorKey: request.anchorPublicKey }
  await insertDataPlane(tx, organisation, { id, ...keys }, now)
  await useEnrolment(tx, enrolment, id, now)
  return id
}

/**
 * A further enrolment is for a data plane that was lost before anyone claimed the organisation: the lost one is removed, so
 * that its anchor is nobody's any more. Once claimed, whoever still holds a token takes nothing over by it.
 *
 * @throws `enrolment.refused`
 */
async function replaceUnclaimed(tx: Transaction): Promise<void> {
  const enrolled = await readEnrolledDataPlane(tx)
  if (enrolled === undefined) return
  if ((await listRoster(tx, 1)).length > 0) throw failLink('enrolment.refused')
  await removeDataPlane(tx, enrolled.id)
}

async function repeatEnrolment(tx: Transaction, dataPlane: string, request: EnrolmentRequest): Promise<string> {
  const known = await readDataPlane(tx, dataPlane)
  const same = known?.identityKey === request.identityPublicKey && known.anchorKey === request.anchorPublicKey
  if (!same) throw failLink('enrolment.refused')
  return dataPlane
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
