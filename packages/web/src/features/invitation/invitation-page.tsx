import { Text } from '@mantine/core'
import { parseInvitationLink, type InvitationLink } from '@keyhold/client'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ensureDevice } from '../../api/device.ts'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { AnchorCheck } from '../sign-in/anchor-check.tsx'
import { pinAnchor, readPinned, type AnchorClaim } from '../sign-in/sign-in.ts'
import { AcceptForm } from './accept-form.tsx'
import classes from './invitation-page.module.css'

/** The page that an invitation's link opens: an account is made, and this browser gets its key and the anchor. */
export function InvitationPage() {
  const navigate = useNavigate()
  // Read once: the fragment goes from the address as soon as it was used.
  const [link] = useState(() => readLink(location.href))
  const [claim, setClaim] = useState<AnchorClaim | null>(null)
  const enter = (): void => void navigate({ to: '/', replace: true })
  const accepted = async (used: InvitationLink): Promise<void> => {
    history.replaceState(history.state, '', location.pathname)
    if (used.anchor !== undefined) {
      await ensureDevice(used.organisation, used.anchor)
      return enter()
    }
    const pinned = await readPinned(used.organisation)
    if (pinned.known) enter()
    else setClaim(pinned.claim)
  }
  return (
    <StandalonePage title="Invitation" headed={claim === null && link === undefined}>
      <div className={classes.card}>
        {claim !== null && <AnchorCheck claim={claim} onTrust={() => void pinAnchor(claim).then(enter)} />}
        {claim === null && link !== undefined && <AcceptForm link={link} onAccepted={accepted} />}
        {link === undefined && (
          <Text>This is not a whole invitation link. Open all of it, or ask whoever invited you for another.</Text>
        )}
      </div>
    </StandalonePage>
  )
}

function readLink(address: string): InvitationLink | undefined {
  try {
    return parseInvitationLink(address)
  } catch {
    return undefined
  }
}
