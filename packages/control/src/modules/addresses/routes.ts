/** The API's operations on address lists. */
import type { Handlers } from '../../platform/http/call.ts'
import type { AddressGuard } from './address-guard.ts'
import { openRanges } from './ranges.ts'
import { setAddresses } from './set-addresses.ts'
import type { AddressSetting } from './setting.ts'
import { readLists } from './store.ts'

export type AddressHandlers = Handlers<'listAddresses' | 'setAddresses'>

export function createAddressHandlers(setting: AddressSetting, guard: AddressGuard): AddressHandlers {
  const { database, platformKey } = setting
  return {
    async listAddresses({ organisation, address }) {
      const stored = await database.readTenant({ organisation }, readLists)
      const lists = stored.map(({ kind, subject, sealed, changed }) => {
        return { kind, subject, ranges: openRanges(platformKey, { organisation, kind, subject }, sealed), changed }
      })
      return { lists, present: address === '' ? null : address }
    },
    async setAddresses({ organisation, principal, address, params, body, note, commit }) {
      note({ object: { kind: params.kind, id: params.subject }, details: { ranges: body.ranges.length } })
      const { kind, subject } = params
      const change = { kind, subject, organisation, ranges: body.ranges, by: principal.id, address }
      const answer = await commit(async (tx) => {
        tx.onCommit(() => void guard.apply(organisation).catch(() => {}))
        return { list: await setAddresses(setting, tx, { ...change, confirmed: body.confirm ?? false }) }
      })
      return answer
    },
  }
}
