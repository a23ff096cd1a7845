import { Button, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import classes from './anchor-check.module.css'
import type { AnchorClaim } from './sign-in.ts'

type Props = { readonly claim: AnchorClaim; readonly onTrust: () => void }

/** Compared once: from then on this browser refuses any other anchor. */
export function AnchorCheck({ claim, onTrust }: Props) {
  const [busy, setBusy] = useState(false)
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        New to this browser
      </Title>
      <Text>
        Compare this fingerprint with the one that your data plane prints at every start, or that the owner gives you.
        If they are the same, this browser will believe this anchor key and no other.
      </Text>
      <p className={classes.fingerprint}>{claim.fingerprint}</p>
      <Button
        loading={busy}
        onClick={() => {
          setBusy(true)
          onTrust()
        }}
      >
        They are the same
      </Button>
      <Text size="sm" c="dimmed">
        If they differ, close this page: someone may stand between you and your data plane.
      </Text>
    </Stack>
  )
}
