import { Button, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { plainApi } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { makePasskey } from '../security/passkey.ts'
import classes from './operators-page.module.css'

/** A one-time link makes an operator: with a passkey, and nothing else to remember. */
export function EnrolPage() {
  const navigate = useNavigate()
  const [secret] = useState(() => location.hash.slice(1))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const begun = useQuery({
    queryKey: ['operator', 'enrolment'],
    queryFn: ({ signal }) => plainApi.call('beginOperatorEnrolment', { body: { secret }, signal }),
    retry: false,
    staleTime: 4 * 60_000,
  })
  const enrol = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      // A challenge of now: the first may have waited too long.
      const { passkey } = await plainApi.call('beginOperatorEnrolment', { body: { secret } })
      const answer = await makePasskey(passkey)
      await plainApi.call('enrolOperator', { body: { secret, challenge: passkey.challenge, answer } })
      await navigate({ to: '/operators', replace: true })
      await queryClient.resetQueries({ queryKey: ['operator', 'self'] })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <StandalonePage title="Become an operator">
      <div className={classes.card}>
        <Title order={1} size="h2">
          Become an operator
        </Title>
        {begun.error !== null && <ProblemAlert error={begun.error} />}
        {begun.isPending && <BlockSkeleton height={120} />}
        {begun.data !== undefined && (
          <>
            <Text>
              {begun.data.name}, you will have {begun.data.roles.length === 1 ? 'the role' : 'the roles'}{' '}
              <strong>{begun.data.roles.join(', ')}</strong>.
            </Text>
            <Text c="dimmed">
              You sign in with a passkey alone. All that you do here is in the installation’s ledger, under your own
              identity.
            </Text>
            {error !== null && <ProblemAlert error={error} />}
            <Button size="md" loading={busy} onClick={() => void enrol()}>
              Make the passkey
            </Button>
          </>
        )}
      </div>
    </StandalonePage>
  )
}
