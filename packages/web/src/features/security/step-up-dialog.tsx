import { Modal, Text } from '@mantine/core'
import type { StepUpProof } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
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
  return (
    <Modal opened onClose={() => onAnswer(false)} title="Is it still you?" centered zIndex={above}>
      <Text mb="md">This changes who may do what. Show once more that it is you; that counts for ten minutes.</Text>
      {offer.error !== null && <ProblemAlert error={offer.error} onRetry={() => void offer.refetch()} />}
      {offer.data === undefined ? (
        offer.error === null && <BlockSkeleton height={120} />
      ) : (
        <ProofForm proofs={offer.data.proofs} passkey={offer.data.passkey} action="Go on" onProof={prove} />
      )}
    </Modal>
  )
}
