import { Anchor, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { AnchorCheck } from './anchor-check.tsx'
import { PasswordForm } from './password-form.tsx'
import classes from './sign-in-page.module.css'
import { pinAnchor, readPinned, type AnchorClaim, type SignedIn } from './sign-in.ts'

const SecondStep = lazy(async () => ({ default: (await import('./second-step.tsx')).SecondStep }))
const DemandedFactor = lazy(async () => ({
  default: (await import('../security/demanded-factor.tsx')).DemandedFactor,
}))

type Step =
  | { readonly at: 'password' }
  | { readonly at: 'second' | 'demanded'; readonly signedIn: SignedIn }
  | { readonly at: 'anchor'; readonly claim: AnchorClaim }

/**
 * E-mail and password; the second factor where there is one; in a browser that does not know the organisation yet, also
 * its anchor's fingerprint.
 */
export function SignInPage() {
  const navigate = useNavigate()
  const [step, setStep] = useState<Step>({ at: 'password' })
  const [passwordIsNew] = useState(() => location.hash === '#password=new')
  const enter = (): void => void navigate({ to: '/', replace: true })
  const goOn = async (organisation: string): Promise<void> => {
    const pinned = await readPinned(organisation)
    if (pinned.known) enter()
    else setStep({ at: 'anchor', claim: pinned.claim })
  }
  const takePassword = async (signedIn: SignedIn): Promise<void> => {
    if (signedIn.pending !== null) setStep({ at: 'second', signedIn })
    else if (signedIn.factorNeeded) setStep({ at: 'demanded', signedIn })
    else await goOn(signedIn.organisation)
  }
  return (
    <StandalonePage title="Sign in">
      {passwordIsNew && (
        <Text role="status" mb="md">
          Your password is set and all of your sessions have ended. Sign in with the new one.
        </Text>
      )}
      <div className={classes.card}>
        <Suspense fallback={<BlockSkeleton height={180} />}>
          {step.at === 'password' && <PasswordForm onSignedIn={takePassword} />}
          {step.at === 'second' && (
            <SecondStep
              signedIn={step.signedIn}
              onDone={() => goOn(step.signedIn.organisation)}
              onRestart={() => setStep({ at: 'password' })}
            />
          )}
          {step.at === 'demanded' && <DemandedFactor onDone={() => goOn(step.signedIn.organisation)} />}
          {step.at === 'anchor' && (
            <AnchorCheck claim={step.claim} onTrust={() => void pinAnchor(step.claim).then(enter)} />
          )}
        </Suspense>
      </div>
      {step.at === 'password' && (
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
