/** Domains of e-mail addresses: added, proven by a DNS record or a file, removed. */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { domainToASCII } from 'node:url'
import type { SignOnDomain } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { countProven, deleteDomain, insertDomain, listDomainRows, markProven, readDomainRow } from './domain-store.ts'
import { failSingleSignOn } from './errors.ts'
import { readSignOnPolicy } from './policy.ts'
import type { SingleSignOnSetting } from './setting.ts'

const mostDomains = 50
const mostFileBytes = 1000

/** The one spelling of a domain: lower case, ASCII, with a dot, at most the 128 signs that the log takes. @throws `domain.malformed` */
function readDomainName(text: string): string {
  const name = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase()
  const form = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
  if (name.length > 128 || !form.test(name)) throw failSingleSignOn('domain.malformed')
  return name
}

/** The domain of an address in its one spelling; undefined when it is none. */
export function domainOf(email: string): string | undefined {
  try {
    return readDomainName(email.slice(email.lastIndexOf('@') + 1))
  } catch {
    return undefined
  }
}

/** @throws `domain.malformed`, `domain.exists`, `domain.too_many` */
export async function addDomain(
  { now }: SingleSignOnSetting,
  tx: Transaction,
  organisation: string,
  text: string,
): Promise<SignOnDomain> {
  const token = `keyhold-domain=${randomBytes(24).toString('base64url')}`
  const added = { id: randomUUIDv7(), domain: readDomainName(text), token, created: now().toISOString(), proven: null }
  if ((await listDomainRows(tx)).length >= mostDomains) throw failSingleSignOn('domain.too_many')
  if (!(await insertDomain(tx, organisation, added))) throw failSingleSignOn('domain.exists')
  return added
}

/**
 * Looks for the proof, and gives what notes it in a transaction. A proof counts from then on, and is looked for daily.
 *
 * @throws `domain.unknown`, `domain.not_proven`, and in the transaction `domain.taken`, `domain.unknown`
 */
export async function proveDomain(
  setting: SingleSignOnSetting,
  organisation: string,
  id: string,
): Promise<(tx: Transaction) => Promise<SignOnDomain>> {
  const { database, now } = setting
  const found = await database.readTenant({ organisation }, (tx) => readDomainRow(tx, id))
  if (found === undefined) throw failSingleSignOn('domain.unknown')
  if (!(await isProven(setting, found))) throw failSingleSignOn('domain.not_proven')
  const holder = await database.lookUp.domain(found.domain)
  if (holder !== undefined && holder.organisation !== organisation) throw failSingleSignOn('domain.taken')
  return async (tx) => {
    const proven = found.proven ?? now().toISOString()
    try {
      await markProven(tx, id, proven, now().toISOString())
    } catch (cause) {
      // Two organisations at the same moment: the index lets one.
      if (cause instanceof Error && 'code' in cause && cause.code === '23505') throw failSingleSignOn('domain.taken')
      throw cause
    }
    const marked = await readDomainRow(tx, id)
    if (marked === undefined) throw failSingleSignOn('domain.unknown')
    return marked
  }
}

/** Both are asked, whatever becomes of the other. */
export async function isProven(setting: SingleSignOnSetting, domain: SignOnDomain): Promise<boolean> {
  const found = await Promise.allSettled([hasRecord(setting, domain), hasFile(setting, domain)])
  return found.some((one) => one.status === 'fulfilled' && one.value)
}

async function hasRecord({ dialler }: SingleSignOnSetting, { domain, token }: SignOnDomain): Promise<boolean> {
  return (await dialler.readTexts(`_keyhold-challenge.${domain}`)).includes(token)
}

async function hasFile({ dialler }: SingleSignOnSetting, { domain, token }: SignOnDomain): Promise<boolean> {
  const url = new URL(`https://${domain}/.well-known/keyhold-challenge`)
  const { status, body } = await dialler.call(url, { method: 'GET', headers: { accept: 'text/plain' } })
  return status === 200 && body.length <= mostFileBytes && body.toString().trim() === token
}

/** @throws `domain.unknown`, `domain.in_force` */
export async function removeDomain(
  { people }: SingleSignOnSetting,
  tx: Transaction,
  organisation: string,
  id: string,
): Promise<void> {
  await people.provider.lockMembers(tx, organisation)
  const found = await readDomainRow(tx, id)
  if (found === undefined) throw failSingleSignOn('domain.unknown')
  const last = found.proven !== null && (await countProven(tx)) === 1
  if (last && (await readSignOnPolicy(tx)).signIn === 'only') throw failSingleSignOn('domain.in_force')
  await deleteDomain(tx, id)
}
