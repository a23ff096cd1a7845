/** The API's operations on what an organisation sets about single sign-on. */
import type { IdentityProvider } from '@keyhold/contract'
import type { Handlers } from '../../platform/http/call.ts'
import { requirePerson } from '../people/index.ts'
import { listDomainRows } from './domain-store.ts'
import { addDomain, proveDomain, removeDomain } from './domains.ts'
import { changeSignOnPolicy, readSignOnPolicy } from './policy.ts'
import { readProviderRow } from './provider-store.ts'
import { prepareProvider, removeProvider, testProvider } from './save-provider.ts'
import { readLogoutUri, readRedirectUri, type SingleSignOnSetting } from './setting.ts'

type ProviderOperation = 'saveIdentityProvider' | 'testIdentityProvider' | 'removeIdentityProvider'
type DomainOperation = 'addDomain' | 'checkDomain' | 'removeDomain'
export type SettingHandlers = Handlers<ProviderOperation | DomainOperation | 'readSingleSignOn' | 'changeSignOnPolicy'>

export function createSettingHandlers(setting: SingleSignOnSetting): SettingHandlers {
  return {
    ...createProviderHandlers(setting),
    ...createDomainHandlers(setting),
    async readSingleSignOn({ organisation }) {
      const logoutUri = readLogoutUri(setting, organisation)
      return setting.database.readTenant({ organisation }, async (tx) => {
        const [stored, domains, policy] = await Promise.all([
          readProviderRow(tx),
          listDomainRows(tx),
          readSignOnPolicy(tx),
        ])
        const provider = stored === undefined ? null : showProvider(stored)
        return { provider, redirectUri: readRedirectUri(setting), logoutUri, domains, policy }
      })
    },
    async changeSignOnPolicy(call) {
      const caller = requirePerson(call.principal)
      const { signIn, joinRole, trustFactor, breakGlass } = call.body
      call.note({
        object: { kind: 'organisation', id: call.organisation },
        details: { signIn, joinRole: joinRole ?? 'none', trustFactor, breakGlass: breakGlass.length },
      })
      return call.commit((tx) => changeSignOnPolicy(setting, tx, caller, call.body))
    },
  }
}

/** Without its secret. */
function showProvider({ name, issuer, clientId, scopes, changed }: IdentityProvider): IdentityProvider {
  return { name, issuer, clientId, scopes, changed }
}

function createProviderHandlers(setting: SingleSignOnSetting): Handlers<ProviderOperation> {
  return {
    async saveIdentityProvider(call) {
      const { organisation, body } = call
      call.note({ object: { kind: 'organisation', id: organisation }, details: nameIssuer(body.issuer) })
      const store = await prepareProvider(setting, organisation, body)
      return call.commit(async (tx) => ({ provider: await store(tx) }))
    },
    async testIdentityProvider(call) {
      call.note({ object: { kind: 'organisation', id: call.organisation } })
      const tested = await testProvider(setting, call.organisation)
      return call.commit(async () => tested)
    },
    async removeIdentityProvider(call) {
      call.note({ object: { kind: 'organisation', id: call.organisation } })
      return call.commit(async (tx) => {
        await removeProvider(setting, tx, call.organisation)
        return undefined
      })
    },
  }
}

/** As far as the log takes it: an address with unusual signs is left out. */
function nameIssuer(issuer: string): Record<string, string> {
  return /^[A-Za-z0-9._:/+=-]{1,128}$/.test(issuer) ? { issuer } : {}
}

function createDomainHandlers(setting: SingleSignOnSetting): Handlers<DomainOperation> {
  return {
    async addDomain(call) {
      return call.commit(async (tx) => {
        const domain = await addDomain(setting, tx, call.organisation, call.body.domain)
        call.note({ object: { kind: 'domain', id: domain.id }, details: { domain: domain.domain } })
        return { domain }
      })
    },
    async checkDomain(call) {
      const id = call.params.domain
      call.note({ object: { kind: 'domain', id } })
      const mark = await proveDomain(setting, call.organisation, id)
      return call.commit(async (tx) => ({ domain: await mark(tx) }))
    },
    async removeDomain(call) {
      const id = call.params.domain
      call.note({ object: { kind: 'domain', id } })
      return call.commit(async (tx) => {
        await removeDomain(setting, tx, call.organisation, id)
        return undefined
      })
    },
  }
}
