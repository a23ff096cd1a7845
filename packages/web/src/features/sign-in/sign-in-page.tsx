import { Anchor, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { AnchorCheck } from './anchor-check.tsx'
import { PasswordForm } from './password-form.tsx'
import classes from './sign-in-page.module.css'
import { goOnAfterSignIn } from '../shells/shell-request.ts'
import { checkAnchor, nextStep, pinAnchor, type SignedIn, type SignInStep } from './sign-in.ts'

const SecondStep = lazy(async () => ({ default: (await import('./second-step.tsx')).SecondStep }))
const DemandedFactor = lazy(async () => ({
  default: (await import('../security/demanded-factor.tsx')).DemandedFactor,
}))

/**
 * E-mail and password; the second factor where there is one; in a browser that does not know the organisation yet, also
 * its anchor's fingerprint. `first`: where somebody goes on who has signed in at an identity provider.
 */
export function SignInPage({ first = { at: 'password' } }: { readonly first?: SignInStep }) {
  const navigate = useNavigate()
  const [step, setStep] = useState(first)
  const [passwordIsNew] = useState(() => location.hash === '#password=new')
  const enter = (): void => void navigate({ to: goOnAfterSignIn(), replace: true })
  const takeStep = (next: SignInStep | undefined): void => {
    if (next === undefined) enter()
    else setStep(next)
  }
  const goOn = async (organisation: string): Promise<void> => takeStep(await checkAnchor(organisation))
  const takePassword = async (signedIn: SignedIn): Promise<void> => takeStep(await nextStep(signedIn))
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
