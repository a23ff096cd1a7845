/** The anchor that an invitation's link names, kept in this tab while somebody joins at the identity provider. */
import type { InvitationLink } from '@keyhold/client'

const key = 'keyhold-invited-anchor'

export function keepInvitedAnchor({ organisation, anchor }: InvitationLink): void {
  if (anchor !== undefined) sessionStorage.setItem(key, JSON.stringify({ organisation, anchor }))
}

/** Of this organisation alone, once; it is compared with what the server names before it is believed. */
export function takeInvitedAnchor(organisation: string): string | undefined {
  const text = sessionStorage.getItem(key)
  sessionStorage.removeItem(key)
  if (text === null) return undefined
  const kept = JSON.parse(text) as { organisation: string; anchor: string }
  return kept.organisation === organisation ? kept.anchor : undefined
}
