import type { Handlers } from '../../platform/http/call.ts'
import { enrolDataPlane, type EnrolmentSetting } from './enrol.ts'
import { failLink } from './errors.ts'
import type { LinkModule } from './index.ts'
import { statementNumber } from './keys.ts'
import { insertRoster, listRoster, readEnrolledDataPlane } from './store.ts'

type LinkOperation = 'enrolDataPlane' | 'openLink' | 'readRoster' | 'submitRoster'

export function createLinkHandlers(
  setting: EnrolmentSetting & { readonly readLedgerKey: (organisation: string) => Promise<string> },
  link: Pick<LinkModule, 'callDataPlane'>,
): Handlers<LinkOperation> {
  return {
    async enrolDataPlane({ body, enter, note, commit }) {
      const { organisation, enrol } = await enrolDataPlane(setting, body)
      enter(organisation)
      const ledgerKey = await setting.readLedgerKey(organisation)
      return commit(async (tx) => {
        const dataPlane = await enrol(tx)
        note({ actor: { kind: 'dataPlane', id: dataPlane }, object: { kind: 'data_plane', id: dataPlane } })
        return { organisation, dataPlane, ledgerKey }
      })
    },
    async openLink() {
      // An upgrade does not come this way: the server hands it to the module before any route is looked up.
      throw failLink('link.upgrade_expected')
    },
    async readRoster({ organisation }) {
      return setting.database.readTenant({ organisation }, async (tx) => {
        const dataPlane = await readEnrolledDataPlane(tx)
        if (dataPlane === undefined) throw failLink('data_plane.not_enrolled')
        return { statements: await listRoster(tx, 1), anchorPublicKey: dataPlane.anchorKey }
      })
    },
    async submitRoster({ organisation, body: { statement }, note, commit }) {
      const { result } = await link.callDataPlane(organisation, 'roster.submit', { statement })
      note({ object: { kind: 'roster', id: String(result.number) }, after: { statement } })
      return commit(async (tx) => {
        await insertRoster(tx, organisation, statementNumber(statement), statement)
        return { number: result.number }
      })
    },
  }
}
