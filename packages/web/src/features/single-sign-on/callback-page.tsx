import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../api/client.ts'
import { forgetFetched } from '../../api/session.ts'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { goOnAfterSignIn } from '../shells/shell-request.ts'
import { SignInPage } from '../sign-in/sign-in-page.tsx'
import { nextStep, type SignInStep } from '../sign-in/sign-in.ts'
import { takeBack } from './leave.ts'

/**
 * Where the identity provider sends the browser back to. The page hands the answer in itself: a call of our own site, with
 * which the browser sends cookies that it keeps from calls of other sites.
 */
export function CallbackPage() {
  const [step, setStep] = useState<SignInStep>()
  const [error, setError] = useState<unknown>(null)
  const begun = useRef(false)
  useEffect(() => {
    // Once: the answer is good for one use.
    if (begun.current) return
    begun.current = true
    const query = location.search
    // Out of the address and the history, before anything else happens.
    history.replaceState(null, '', location.pathname)
    finish(query).then(setStep, setError)
  }, [])
  if (step !== undefined) return <SignInPage first={step} />
  return (
    <StandalonePage title="Single sign-on">
      {error === null ? (
        <BlockSkeleton height={120} />
      ) : (
        <>
          <ProblemAlert error={error} />
          <Text mt="md">
            <Anchor component={Link} to="/sign-in" underline="always">
              To the sign-in page
            </Anchor>
          </Text>
        </>
      )}
    </StandalonePage>
  )
}

/** What is left of signing in; undefined when the browser goes on to another page. */
async function finish(query: string): Promise<SignInStep | undefined> {
  const own = new URLSearchParams(query).get('state')?.split('.')[1] === 'own'
  const body = { query: query === '' ? '?' : query }
  if (own) {
    await api.call('finishOwnSingleSignOn', { body })
    location.replace(takeBack())
    return undefined
  }
  const answer = await api.call('finishSingleSignOn', { body })
  forgetFetched()
  const next = await nextStep({ ...answer, session: null })
  if (next === undefined) location.replace(goOnAfterSignIn())
  return next
}
