/** The API's operations on the installation: health, versions, organisations, ciphertext. */
import type { Handlers } from '../../platform/http/call.ts'
import { claimCiphertext, listCiphertext, readCiphertext } from './ciphertext.ts'
import { readHealth, readVersions } from './health.ts'
import { announceMaintenance, withdrawMaintenance } from './maintenance.ts'
import { createOrganisation, describeAct, listOrganisations, renewEnrolment, setSuspended } from './organisations.ts'
import { installation, requireOperator, type OperatorSetting } from './setting.ts'
import type { Standing } from './standing.ts'

type HealthHandlers = Handlers<
  'readInstallationHealth' | 'readVersions' | 'announceMaintenance' | 'withdrawMaintenance'
>
type OrganisationHandlers = Handlers<
  'listOrganisations' | 'createOrganisation' | 'renewEnrolment' | 'suspendOrganisation' | 'resumeOrganisation'
>
type CiphertextHandlers = Handlers<'listCiphertext' | 'readCiphertext'>

export function createHealthHandlers(setting: OperatorSetting): HealthHandlers {
  return {
    readInstallationHealth: () => readHealth(setting),
    readVersions: () => readVersions(setting),
    async announceMaintenance(call) {
      const operator = requireOperator(call.principal)
      return call.commit(async (tx) => {
        await announceMaintenance(setting, tx, operator, call.body)
        return call.body
      })
    },
    async withdrawMaintenance(call) {
      return call.commit(async (tx) => {
        await withdrawMaintenance(tx)
        return undefined
      })
    },
  }
}

export function createOrganisationHandlers(setting: OperatorSetting, standing: Standing): OrganisationHandlers {
  return {
    listOrganisations: async () => ({
      organisations: await setting.database.withTenant(installation, (tx) => listOrganisations(setting, tx)),
    }),
    async createOrganisation(call) {
      const operator = requireOperator(call.principal)
      const known = Promise.withResolvers<() => Promise<void>>()
      const enrolment = await call.commit(async (tx) => {
        const made = await createOrganisation(setting, tx, operator, call.body.label)
        call.note({ object: { kind: 'organisation', id: made.enrolment.organisation } })
        known.resolve(made.inTree)
        return made.enrolment
      })
      await (
        await known.promise
      )()
      return enrolment
    },
    async renewEnrolment(call) {
      const operator = requireOperator(call.principal)
      const known = Promise.withResolvers<() => Promise<void>>()
      const enrolment = await call.commit(async (tx) => {
        const made = await renewEnrolment(setting, tx, operator, call.params.organisation)
        known.resolve(made.inTree)
        return made.enrolment
      })
      await (
        await known.promise
      )()
      return enrolment
    },
    async suspendOrganisation(call) {
      const operator = requireOperator(call.principal)
      const { organisation } = call.params
      const known = Promise.withResolvers<() => Promise<void>>()
      const answer = await call.commit(async (tx) => {
        const suspended = setting.now().toISOString()
        known.resolve(await setSuspended(setting, tx, operator, { organisation, since: suspended }))
        return { suspended }
      })
      await standing.apply()
      await (
        await known.promise
      )()
      return answer
    },
    async resumeOrganisation(call) {
      const operator = requireOperator(call.principal)
      const { organisation } = call.params
      const known = Promise.withResolvers<() => Promise<void>>()
      await call.commit(async (tx) => {
        known.resolve(await setSuspended(setting, tx, operator, { organisation, since: null }))
        return undefined
      })
      await standing.apply()
      await (
        await known.promise
      )()
      return undefined
    },
  }
}

export function createCiphertextHandlers(setting: OperatorSetting): CiphertextHandlers {
  return {
    async listCiphertext(call) {
      const operator = requireOperator(call.principal)
      const { organisation } = call.params
      const wanted = { organisation, after: call.query.after }
      const objects = await setting.database.withTenant(installation, (tx) => listCiphertext(tx, wanted))
      // Of an organisation that is not there, there is nothing, and no log.
      if (objects.length > 0) setting.audit.enqueue(describeAct(operator, organisation, 'ciphertext.list'))
      return { objects }
    },
    async readCiphertext(call) {
      const operator = requireOperator(call.principal)
      const known = Promise.withResolvers<() => Promise<void>>()
      await call.commit(async (tx) => {
        known.resolve(await claimCiphertext(setting, tx, operator, call.params))
        return Buffer.alloc(0)
      })
      // Both entries are durable before the first byte leaves.
      await (
        await known.promise
      )()
      return readCiphertext(setting, call.params.object)
    },
  }
}
