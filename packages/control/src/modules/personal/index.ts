/**
 * What is kept about people: being told and agreeing, taking it away, having it erased, its expiry. Owns the tables
 * `consents` and `privacy_settings`. Guarantees: an erased person's account, sessions and personal fields of the log are
 * gone and do not come back, while the log verifies as before; nobody's export has another person's fields. Refuses to
 * erase the last owner, or an owner by anyone but an owner.
 */
import { installationLog } from '../../platform/audit-port.ts'
import { usualRetentionDays } from '@keyhold/contract'
import { createPersonalHandlers, type PersonalHandlers } from './routes.ts'
import type { PersonalSetting } from './setting.ts'
import { readRetentionDays } from './store.ts'

const day = 24 * 3600_000

export type PersonalModule = {
  readonly handlers: PersonalHandlers
  /** Erases what has expired, of every organisation and of the installation's own log. */
  readonly sweep: () => Promise<void>
}

export function createPersonal(setting: PersonalSetting): PersonalModule {
  const { database, entries, people, now, log, audit } = setting

  async function sweepOne(organisation: string, days: number): Promise<void> {
    const { expired, late } = await entries.sweep(organisation, new Date(now().getTime() - days * day))
    if (expired + late === 0) return
    log.info('personal.expired', { organisation, rows: expired + late })
    await audit.append({
      organisation,
      project: null,
      action: 'personal.expire',
      outcome: 'success',
      code: null,
      actor: { kind: 'system', id: null },
      source: null,
      object: organisation === installationLog ? null : { kind: 'organisation', id: organisation },
      details: { expired, late, days },
    })
  }
  return {
    handlers: createPersonalHandlers(setting),
    async sweep() {
      await sweepOne(installationLog, usualRetentionDays)
      for (const { organisation } of await database.lookUp.organisations()) {
        await sweepOne(organisation, await database.readTenant({ organisation }, readRetentionDays))
        await people.dropEnded(organisation)
      }
    },
  }
}
