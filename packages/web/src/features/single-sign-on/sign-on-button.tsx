import { Button } from '@mantine/core'
import { useState } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { useProof } from '../passwords/use-proof.ts'
import { WorkingNote } from '../passwords/working-note.tsx'
import { leaveToSignIn } from './leave.ts'

/** To the identity provider of the address’s domain; without an address it asks for one. */
export function SignOnButton({ email, onMissing }: { readonly email: string; readonly onMissing: () => void }) {
  const { working, solve } = useProof()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const leave = async (): Promise<void> => {
    setError(null)
    if (!/^[^@\s]+@[^@\s]+$/.test(email)) return onMissing()
    setBusy(true)
    try {
      await leaveToSignIn({ email }, solve)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      <WorkingNote working={working} />
      <Button type="button" variant="default" size="md" loading={busy} onClick={() => void leave()}>
        Continue with single sign-on
      </Button>
    </>
  )
}
