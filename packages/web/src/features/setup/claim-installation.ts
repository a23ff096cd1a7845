/** Claims the installation of a set-up link for this browser. */
import { assertClaimed, makeClaim, type OwnerChoices, type SetupLink } from '@keyhold/client'
import { importDevicePair } from '@keyhold/sealed'
import { api } from '../../api/client.ts'
import { describeBrowser, drawDevicePair } from '../../api/device.ts'
import { forgetFetched } from '../../api/session.ts'
import { dropClaimPair, keepClaimPair, writeDevice } from '../../api/store.ts'

export type Owner = Pick<OwnerChoices, 'email' | 'password' | 'name' | 'project'> & { readonly personName: string }

/**
 * Makes this browser's key, has the data plane pin it, and signs in. A claim that broke off goes on with the same key.
 * Resolves with the first project's id. Throws ApiError, `setup.answer_forged`, `browser.no_ed25519`.
 */
export async function claimInstallation(link: SetupLink, owner: Owner): Promise<string> {
  const pair = await keepClaimPair(link.organisation, drawDevicePair)
  const key = await importDevicePair(pair)
  const device = describeBrowser()
  const { personName, ...rest } = owner
  const named = personName.trim() === '' ? {} : { personName: personName.trim() }
  const body = await makeClaim(link, key, { ...rest, ...named, device, browser: true })
  const answer = await api.call('setUp', { body })
  await assertClaimed(answer, link, key)
  const { organisation, anchor } = link
  await writeDevice({ organisation, anchor, pair, name: device, created: new Date().toISOString() })
  await dropClaimPair(organisation)
  forgetFetched()
  return answer.project
}
