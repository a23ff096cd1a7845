/** Single sign-on with a real oidc-provider, in a real Chromium (CLN-07, KH-08). */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startTestNames, type TestNames } from '../../packages/control/src/modules/single-sign-on/testing/test-names.ts'
import { openServerIdentity } from '../../packages/control/src/platform/tls/authority.ts'
import { startIdentityProvider, type IdentityProviderProcess } from '../testing/identity-provider.ts'
import { agreeToNotice } from './agree-to-notice.ts'
import { OwnerPlace } from './owner-place.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const folder = mkdtempSync(join(tmpdir(), 'keyhold-provider-'))
let place: OwnerPlace
let page: Page
let names: TestNames
let provider: IdentityProviderProcess

before(async () => {
  if (skip !== false) return
  openServerIdentity(folder)
  const authority = join(folder, 'authority.pem')
  names = await startTestNames()
  const environment = {
    KEYHOLD_OUTGOING_ALLOW: '127.0.0.1',
    KEYHOLD_OUTGOING_CA: authority,
    KEYHOLD_DNS_SERVERS: names.server,
  }
  place = await OwnerPlace.start(undefined, { environment, authorities: [authority] })
  ;({ page } = place)
  const redirectUri = `${place.fresh.installation.url}/single-sign-on/callback`
  provider = await startIdentityProvider(folder, { domain: 'example.org', redirectUri })
})
after(async () => {
  await place?.end()
  await provider?.stop()
  await names?.stop()
  rmSync(folder, { recursive: true })
})

/** Signs in on the provider’s own pages. */
async function signInThere(where: Page, name: string): Promise<void> {
  await where.locator('input[name=login]').fill(name)
  await where.locator('input[name=password]').fill('anything')
  await where.locator('button[type=submit]').click()
  await where.getByRole('button', { name: 'Continue' }).click()
}

test('CLN-07: an owner enters a provider, which is asked for its configuration', { skip }, async () => {
  await place.goTo('Settings')
  await page.getByRole('link', { name: 'Open single sign-on' }).click()
  await page.getByRole('heading', { level: 1, name: 'Single sign-on' }).waitFor()
  await page.getByText('No domain yet').waitFor()
  await place.inspect('single-sign-on-empty')
  await page.getByLabel('Name').fill('Example login')
  await page.getByLabel('Issuer').fill('https://127.0.0.2')
  await page.getByLabel('Client id').fill(provider.clientId)
  await page.getByLabel('Client secret').first().fill(provider.clientSecret)
  await page.getByRole('button', { name: 'Save provider' }).click()
  await page.getByText('does not call that address').waitFor()
  await page.getByLabel('Issuer').fill(provider.issuer)
  await page.getByRole('button', { name: 'Save provider' }).click()
  await page.getByRole('button', { name: 'Test' }).click()
  await page.getByText(/It answers: \d keys?, PKCE/).waitFor()
})

test('a domain is proven by its DNS record', { skip }, async () => {
  await page.getByPlaceholder('example.org', { exact: true }).fill('Example.org')
  await page.getByRole('button', { name: 'Add domain' }).click()
  const check = page.getByRole('button', { name: 'Check now: example.org' })
  await check.click()
  await page.getByText('Neither the DNS record nor the file was found').waitFor()
  await place.inspect('single-sign-on-domain')
  const token = await page.getByText(/^keyhold-domain=/).textContent()
  names.texts.set('_keyhold-challenge.example.org', [token ?? ''])
  await check.click()
  await page.getByRole('region', { name: 'example.org' }).getByText('proven', { exact: true }).waitFor()
})

test('the owner connects the own account at the provider and comes back to the page', { skip }, async () => {
  await page.getByLabel('Who joins by a proven domain').first().click()
  await page.getByRole('option', { name: 'As viewer' }).click()
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.getByRole('button', { name: 'Save policy', disabled: true }).waitFor()
  await place.inspect('single-sign-on')
  await page.getByRole('button', { name: 'Connect' }).click()
  await signInThere(page, 'ada')
  await page.getByText('Your account is connected with Example login').waitFor()
})

test('CLN-07: somebody of the domain signs in from the sign-in page, and joins', { skip }, async () => {
  const other = await place.openStrangersPage()
  await other.goto(place.fresh.installation.url)
  await other.getByLabel('E-mail address').fill('grace@example.org')
  await other.getByRole('button', { name: 'Continue with single sign-on' }).click()
  await signInThere(other, 'grace')
  await other.getByText(place.fresh.installation.anchorFingerprint).waitFor()
  await other.getByRole('button', { name: 'They are the same' }).click()
  await agreeToNotice(other)
  await other.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
})

test('CLN-07: the provider says that somebody signed out there, and they are signed out here', { skip }, async () => {
  const other = await place.openStrangersPage()
  await other.goto(place.fresh.installation.url)
  await other.getByLabel('E-mail address').fill('lin@example.org')
  await other.getByRole('button', { name: 'Continue with single sign-on' }).click()
  await signInThere(other, 'lin')
  await other.getByRole('button', { name: 'They are the same' }).click()
  await agreeToNotice(other)
  await other.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
  const uri = (await page.getByText(/\/v1\/single-sign-on\/.*\/logout$/).textContent()) ?? ''
  const authority = readFileSync(join(place.fresh.home, 'control', 'tls', 'authority.pem'), 'utf8')
  await provider.logOut('lin', { uri, authority })
  await other.reload()
  await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
})

test('CLN-07: an invitation is accepted at the provider, and its link names the anchor', { skip }, async () => {
  await page.goto(place.fresh.installation.url)
  await place.goTo('Members')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const form = page.getByRole('dialog', { name: 'Invite somebody' })
  await form.getByLabel('E-mail address').fill('kay@example.org')
  await form.getByRole('button', { name: 'Invite' }).click()
  const link = await page.getByTestId('invitation').innerText()
  const other = await place.openStrangersPage()
  await other.goto(link)
  await other.getByRole('button', { name: 'Join with Example login' }).click()
  await signInThere(other, 'kay')
  await agreeToNotice(other)
  await other.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
})

test('what comes back twice is refused with a way on', { skip }, async () => {
  const other = await place.openStrangersPage()
  await other.goto(`${place.fresh.installation.url}/single-sign-on/callback?code=x&state=y`)
  await other.getByText('was begun elsewhere').waitFor()
  await other.getByRole('link', { name: 'To the sign-in page' }).click()
  await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
})
