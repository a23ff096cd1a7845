import { Button, Stack, Text, Title } from '@mantine/core'
import type { SecondProof, StepUpProof } from '@keyhold/contract'
import { ProofForm } from '../security/proof-form.tsx'
import { completeSignIn, type SignedIn } from './sign-in.ts'

type Props = {
  readonly signedIn: SignedIn
  readonly onDone: () => Promise<void>
  readonly onRestart: () => void
}

/** KEB-15: the second factor, after the password. */
export function SecondStep({ signedIn: { organisation, pending }, onDone, onRestart }: Props) {
  if (pending === null) return null
  const show = async (proof: StepUpProof): Promise<void> => {
    await completeSignIn(organisation, pending, proof as SecondProof)
    await onDone()
  }
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        Second factor
      </Title>
      <Text c="dimmed">The password is right. Now show that it is you, within five minutes.</Text>
      <ProofForm proofs={pending.factors} passkey={pending.passkey} action="Sign in" onProof={show} />
      <Button variant="subtle" color="gray" onClick={onRestart}>
        Start again
      </Button>
    </Stack>
  )
}
