import { Button, Modal, Stack, Text } from '@mantine/core'
import type { StepUpProof } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { leaveForProvider } from '../single-sign-on/leave.ts'
import { ProofForm } from './proof-form.tsx'

/** Over other windows, whose own acts it interrupts. */
const above = 400

/** Asks for a fresh proof; `onAnswer` hears whether it was given. */
export function StepUpDialog({ onAnswer }: { readonly onAnswer: (given: boolean) => void }) {
  // Each asking makes a challenge of its own.
  const offer = useQuery({
    queryKey: ['step-up'],
    queryFn: () => api.call('beginStepUp', {}),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const prove = async (proof: StepUpProof): Promise<void> => {
    try {
      await api.call('stepUp', { body: { proof } })
    } catch (error) {
      if (proof.kind === 'passkey') void offer.refetch()
      throw error
    }
    onAnswer(true)
  }
  const proofs = offer.data?.proofs.filter((way) => way !== 'provider') ?? []
  return (
    <Modal opened onClose={() => onAnswer(false)} title="Is it still you?" centered zIndex={above}>
      <Text mb="md">
        This reaches further than an earlier sign-in should. Show once more that it is you; that counts for ten minutes.
      </Text>
      {offer.error !== null && <ProblemAlert error={offer.error} onRetry={() => void offer.refetch()} />}
      {offer.data === undefined ? (
        offer.error === null && <BlockSkeleton height={120} />
      ) : (
        <Stack gap="sm">
          {proofs.length > 0 && (
            <ProofForm proofs={proofs} passkey={offer.data.passkey} action="Go on" onProof={prove} />
          )}
          {offer.data.proofs.includes('provider') && (
            <Button variant="default" onClick={() => void leaveForProvider('beginProviderStepUp')}>
              Sign in again at your identity provider
            </Button>
          )}
        </Stack>
      )}
    </Modal>
  )
}
