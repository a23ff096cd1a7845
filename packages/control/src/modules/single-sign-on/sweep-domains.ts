/**
 * Proofs of domains are looked for again each day. One that is gone is told to the owners at once, and counts for fourteen
 * days more; then it ends, and with the last one “single sign-on only” does (docs/decisions/single-sign-on.md).
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import { countProven, listDueDomains, noteDomainCheck, type DueDomain } from './domain-store.ts'
import { isProven } from './domains.ts'
import { writeDomainMail, type DomainEvent } from './domain-mails.ts'
import { allowPasswords } from './policy.ts'
import type { SingleSignOnSetting } from './setting.ts'

const day = 24 * 3600_000
const grace = 14 * day

/** Looks at what is due in all organisations. To be called more often than daily; what fails is tried next time. */
export async function sweepDomains(setting: SingleSignOnSetting): Promise<void> {
  const { database, now, log } = setting
  for (const { organisation } of await database.lookUp.organisations()) {
    const before = new Date(now().getTime() - day).toISOString()
    for (const domain of await database.readTenant({ organisation }, (tx) => listDueDomains(tx, before))) {
      await checkAgain(setting, organisation, domain).catch((cause: unknown) =>
        log.error('domain.check_failed', { organisation, domain: domain.id }, cause),
      )
    }
  }
}

async function checkAgain(setting: SingleSignOnSetting, organisation: string, domain: DueDomain): Promise<void> {
  const found = await isProven(setting, domain)
  const contacts = await setting.readContacts(organisation, null)
  const time = setting.now().getTime()
  const now = new Date(time).toISOString()
  const inTree = await setting.database.withTenant({ organisation }, async (tx) => {
    await setting.people.provider.lockMembers(tx, organisation)
    const over = domain.missing !== null && Date.parse(domain.missing) + grace <= time
    const missing = found ? null : (domain.missing ?? now)
    const ends = !found && over
    // Another server was first, or somebody removed it meanwhile.
    if (!(await noteDomainCheck(tx, domain, { now, missing, ends }))) return undefined
    if (found || (domain.missing !== null && !ends)) return undefined
    const onlyEnded = ends && (await countProven(tx)) === 0 && (await allowPasswords(tx, now))
    const event: DomainEvent = { domain: domain.domain, ends, onlyEnded, until: new Date(time + grace) }
    for (const to of contacts) await setting.queueMail(tx, organisation, writeDomainMail(to, setting.readUrl(), event))
    return stage(setting, tx, { organisation, domain, ends, onlyEnded })
  })
  await inTree?.()
}

type Told = { readonly organisation: string; readonly domain: DueDomain; ends: boolean; onlyEnded: boolean }

function stage({ audit }: SingleSignOnSetting, tx: Transaction, { organisation, domain, ends, onlyEnded }: Told) {
  return audit.stage(tx, {
    organisation,
    project: null,
    action: ends ? 'domain.lapse' : 'domain.missing',
    outcome: 'success',
    code: null,
    actor: { kind: 'system', id: null },
    source: null,
    object: { kind: 'domain', id: domain.id },
    details: { domain: domain.domain, onlyEnded },
  })
}
