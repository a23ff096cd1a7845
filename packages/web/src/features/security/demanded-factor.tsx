import { Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { AddFactor } from './add-factor.tsx'

/** KEB-15: for who may do nothing else before having a second factor. */
export function DemandedFactor({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [error, setError] = useState<unknown>(null)
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        Add a second factor
      </Title>
      <Text>
        Your organisation demands one of everybody: an authenticator app on your phone, or a passkey in this browser or
        on a security key. Everything else follows then.
      </Text>
      <AddFactor hasTotp={false} onDone={() => void onDone().catch(setError)} />
      {error !== null && <ProblemAlert error={error} />}
    </Stack>
  )
}
