/** The API's operations on personal data. */
import { noticeVersion } from '@keyhold/contract'
import { failAccess, type Principal } from '../../platform/access.ts'
import type { Handlers } from '../../platform/http/call.ts'
import { formatSessionCookie } from '../../platform/http/credentials.ts'
import { erasePerson } from './erase-person.ts'
import { failPersonal } from './errors.ts'
import { exportPerson } from './export-person.ts'
import type { PersonalSetting } from './setting.ts'
import { insertConsent, listConsents, readRetentionDays, storeRetentionDays } from './store.ts'

export type PersonalHandlers = Handlers<
  'readPrivacy' | 'giveConsent' | 'exportMyData' | 'eraseMe' | 'erasePerson' | 'changeRetention'
>

export function createPersonalHandlers(setting: PersonalSetting): PersonalHandlers {
  const { database, now, people, entries } = setting

  /** What a batch was writing in the very moment of the erasure goes too. */
  const sweepLate = (organisation: string) => entries.sweep(organisation, new Date(0))

  return {
    async readPrivacy({ organisation, principal }) {
      const { id } = personOf(principal)
      return database.readTenant({ organisation }, async (tx) => {
        const [consents, retentionDays] = await Promise.all([listConsents(tx, id), readRetentionDays(tx)])
        const agreed = consents.find(({ version }) => version === noticeVersion)?.given ?? null
        return { notice: { version: noticeVersion, agreed }, retentionDays }
      })
    },
    async giveConsent(call) {
      const { organisation, body } = call
      const { id: person } = personOf(call.principal)
      if (body.version !== noticeVersion) throw failPersonal('consent.outdated')
      call.note({ object: { kind: 'person', id: person }, details: { version: body.version } })
      return call.commit(async (tx) => {
        const agreed = await insertConsent(tx, {
          organisation,
          person,
          version: body.version,
          now: now().toISOString(),
        })
        const answer = { version: body.version, agreed }
        call.note({ after: answer })
        return answer
      })
    },
    async exportMyData(call) {
      const { id: person } = personOf(call.principal)
      call.note({ object: { kind: 'person', id: person } })
      await call.commit(async () => Buffer.alloc(0))
      call.reply.header('content-disposition', 'attachment; filename="keyhold-my-data.json"')
      return exportPerson(setting, { organisation: call.organisation, person })
    },
    async eraseMe(call) {
      const { organisation } = call
      const principal = personOf(call.principal)
      call.note({ object: { kind: 'person', id: principal.id } })
      await call.commit(async (tx) => {
        // Whoever was shut out between the call and this moment erases nobody.
        await people.holdSession(tx, principal)
        const { before, fields } = await erasePerson(setting, tx, { organisation, person: principal.id })
        call.note({ before, details: { fields } })
        return undefined
      })
      // Only now: who is refused keeps the session.
      if (principal.cookie) call.reply.header('set-cookie', formatSessionCookie('', new Date(0).toISOString()))
      await sweepLate(organisation)
      return undefined
    },
    async erasePerson(call) {
      const { organisation, params } = call
      const by = personOf(call.principal)
      // One's own end is `eraseMe`, which ends the cookie too.
      if (params.person === by.id) throw failAccess('access.denied')
      call.note({ object: { kind: 'person', id: params.person } })
      await call.commit(async (tx) => {
        const { before, fields } = await erasePerson(setting, tx, { organisation, person: params.person, by })
        call.note({ before, details: { fields } })
        return undefined
      })
      await sweepLate(organisation)
      return undefined
    },
    async changeRetention(call) {
      const { organisation, body } = call
      return call.commit(async (tx) => {
        const before = await readRetentionDays(tx)
        await storeRetentionDays(tx, organisation, body.days)
        call.note({ before: { days: before }, after: { days: body.days }, details: { days: body.days } })
        return { days: body.days }
      })
    },
  }
}

function personOf(principal: Principal): Extract<Principal, { kind: 'person' }> {
  if (principal.kind !== 'person') throw failAccess('access.denied')
  return principal
}
