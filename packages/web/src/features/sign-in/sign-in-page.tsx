import { Anchor, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { AnchorCheck } from './anchor-check.tsx'
import { PasswordForm } from './password-form.tsx'
import classes from './sign-in-page.module.css'
import { pinAnchor, type AnchorClaim } from './sign-in.ts'

/** E-mail and password; in a browser that does not know the organisation yet, also its anchor's fingerprint. */
export function SignInPage() {
  const navigate = useNavigate()
  const [claim, setClaim] = useState<AnchorClaim | null>(null)
  const [passwordIsNew] = useState(() => location.hash === '#password=new')
  const enter = (): void => void navigate({ to: '/', replace: true })

  return (
    <StandalonePage title="Sign in">
      {passwordIsNew && (
        <Text role="status" mb="md">
          Your password is set and all of your sessions have ended. Sign in with the new one.
        </Text>
      )}
      <div className={classes.card}>
        {claim === null ? (
          <PasswordForm
            onSignedIn={(signedIn) => {
              if (signedIn.known) enter()
              else setClaim(signedIn.claim)
            }}
          />
        ) : (
          <AnchorCheck claim={claim} onTrust={() => void pinAnchor(claim).then(enter)} />
        )}
      </div>
      {claim === null && (
        <Text size="sm" c="dimmed" mt="md">
          <Anchor component={Link} to="/forgot-password" inherit underline="always">
            Forgot your password?
          </Anchor>
          <br />
          No account yet? The owner{' '}
          <Anchor component={Link} to="/setup" inherit underline="always">
            sets the installation up
          </Anchor>{' '}
          with the link that its first start prints.
        </Text>
      )}
    </StandalonePage>
  )
}
