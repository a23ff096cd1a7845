import { Type, type Static } from 'typebox'
import { member, route } from '../route.ts'
import { Id, nullable, strict, Time } from '../schema.ts'

/** Version of the notice about personal data (docs/personal-data.md): the day when its text changed last. */
export const noticeVersion = '2026-11-25'

/** Days for which personal fields of the log are kept unless the organisation says otherwise. */
export const usualRetentionDays = 400

const RetentionDays = Type.Integer({ minimum: 30, maximum: 3650 })

/** What a person is told, and said, about their personal data. */
export const Privacy = strict({
  /** `agreed`: to this version, or to none yet. */
  notice: strict({ version: Type.String(), agreed: nullable(Time) }),
  retentionDays: RetentionDays,
})
export type Privacy = Static<typeof Privacy>

/** Routes for what is kept about people: to be told, to agree, to take away, to have erased. */
export const personalRoutes = {
  readPrivacy: route({
    operationId: 'readPrivacy',
    method: 'GET',
    path: '/v1/me/privacy',
    summary:
      'Which notice about personal data is in force, whether the caller agreed to it, and how long things are kept',
    access: member('self.use', 'none'),
    audit: { action: 'privacy.read', kind: 'read' },
    response: { status: 200, body: Privacy },
  }),
  giveConsent: route({
    operationId: 'giveConsent',
    method: 'POST',
    path: '/v1/me/consents',
    summary: 'Records that the caller agrees to a version of the notice about personal data',
    access: member('self.use', 'none'),
    audit: { action: 'consent.give', kind: 'change' },
    body: strict({ version: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }) }),
    response: { status: 201, body: strict({ version: Type.String(), agreed: Time }) },
  }),
  exportMyData: route({
    operationId: 'exportMyData',
    method: 'GET',
    path: '/v1/me/export',
    summary: 'Everything that is kept about the caller, as one JSON document',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'personal.export', kind: 'change' },
    response: { status: 200, body: { bytes: 'application/json' } },
  }),
  eraseMe: route({
    operationId: 'eraseMe',
    method: 'POST',
    path: '/v1/me/erase',
    summary: 'Erases the caller: account, sessions and the log’s personal fields; the log itself stays whole',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'person.erase_self', kind: 'change' },
    response: { status: 204 },
  }),
  erasePerson: route({
    operationId: 'erasePerson',
    method: 'DELETE',
    path: '/v1/people/:person/personal-data',
    summary: 'Erases a member, or what is left of one who was removed: account, sessions, the log’s personal fields',
    access: member('people.manage', 'none', { sudo: true }),
    audit: { action: 'person.erase', kind: 'change' },
    params: strict({ person: Id }),
    response: { status: 204 },
  }),
  changeRetention: route({
    operationId: 'changeRetention',
    method: 'PUT',
    path: '/v1/privacy/retention',
    summary: 'Sets after how many days personal fields of the organisation’s log are erased',
    access: member('people.manage', 'none', { sudo: true }),
    audit: { action: 'privacy.change', kind: 'change' },
    body: strict({ days: RetentionDays }),
    response: { status: 200, body: strict({ days: RetentionDays }) },
  }),
} as const
