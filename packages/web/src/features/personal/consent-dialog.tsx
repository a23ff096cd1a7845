import { Button, Group, Modal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { privacyOptions } from '../../api/privacy.ts'
import { queryClient } from '../../api/query-client.ts'
import { signOut } from '../../api/session.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { NoticeText } from './notice-text.tsx'
import { noticeTitle } from './notice.ts'

/** CLN-08: asked at the first sign-in, and again when the text has changed. There is agreeing, or leaving. */
export function ConsentDialog({ version }: { readonly version: string }) {
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const act = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const agree = async (): Promise<void> => {
    await api.call('giveConsent', { body: { version } })
    await queryClient.invalidateQueries(privacyOptions)
  }
  const leave = async (): Promise<void> => {
    await signOut()
    await navigate({ to: '/sign-in' })
  }
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={noticeTitle}
      size="lg"
      centered
    >
      <NoticeText />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" disabled={busy} onClick={() => void act(leave)}>
          Sign out
        </Button>
        <Button loading={busy} data-autofocus onClick={() => void act(agree)}>
          I agree
        </Button>
      </Group>
    </Modal>
  )
}
