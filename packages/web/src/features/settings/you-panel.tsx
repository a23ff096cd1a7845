import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import LogOut from 'lucide-react/icons/log-out'
import { useState } from 'react'
import { signOut } from '../../api/session.ts'
import { useSession } from '../../api/use-data.ts'
import { formatMoment } from '../../ui/format.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './settings-page.module.css'

export function YouPanel() {
  const { self, device, caller } = useSession()
  const navigate = useNavigate()
  const [error, setError] = useState<unknown>(null)
  const leave = async (): Promise<void> => {
    try {
      await signOut()
      await navigate({ to: '/sign-in' })
    } catch (failure) {
      setError(failure)
    }
  }
  const { session } = self
  return (
    <Panel
      title="You"
      actions={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<LogOut size={14} aria-hidden="true" />}
          onClick={() => void leave()}
        >
          Sign out
        </Button>
      }
    >
      {error !== null && <ProblemAlert error={error} />}
      <KeyValue
        items={[
          ['Name', self.name ?? '–'],
          ['E-mail', self.email ?? '–'],
          ['This device', device],
          [
            'Its key',
            <code key="key" className={classes.code}>
              {caller.signer.keyId}
            </code>,
          ],
          [
            'Session ends',
            session === null
              ? '–'
              : `${formatMoment(session.expires)}, or unused at ${formatMoment(session.expiresIdle)}`,
          ],
        ]}
      />
    </Panel>
  )
}
