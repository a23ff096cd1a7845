import { Button, Divider } from '@mantine/core'
import type { InvitationLink } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { plainApi } from '../../api/client.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { useProof } from '../passwords/use-proof.ts'
import { WorkingNote } from '../passwords/working-note.tsx'
import { leaveToSignIn } from '../single-sign-on/leave.ts'
import { useAct } from '../single-sign-on/use-act.ts'
import { keepInvitedAnchor } from './invited-anchor.ts'

/** CLN-07: where the organisation has an identity provider, an invitation is accepted there, without a password of one's own. */
export function JoinByProvider({ link }: { readonly link: InvitationLink }) {
  const { organisation, secret } = link
  const ways = useQuery({
    queryKey: ['sign-in-ways', organisation],
    queryFn: () => plainApi.call('readSignInWays', { params: { organisation } }),
    retry: false,
  })
  const { busy, error, act } = useAct()
  const { working, solve } = useProof()
  const provider = ways.data?.provider ?? null
  if (provider === null) return null
  const leave = (): void =>
    act(() => {
      keepInvitedAnchor(link)
      return leaveToSignIn({ organisation, invitation: secret }, solve)
    })
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      <WorkingNote working={working} />
      <Button type="button" size="md" loading={busy} onClick={leave}>
        Join with {provider}
      </Button>
      <Divider label="or with a password" labelPosition="center" />
    </>
  )
}
