import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { leaveForProvider } from './leave.ts'
import { ownSignOnOptions, refreshSignOn } from './options.ts'
import { useAct } from './use-act.ts'

/** CLN-07: one's own account at the organisation's identity provider. */
export function OwnSignOnPanel() {
  const own = useQuery(ownSignOnOptions)
  const { busy, error, act } = useAct()
  if (own.data === undefined || own.data.provider === null) return null
  const { provider, connected } = own.data
  return (
    <Panel title="Your single sign-on">
      <Text mb="sm">
        {connected === null
          ? `Your account is not connected with ${provider} yet.`
          : `Your account is connected with ${provider}: you can sign in there.`}
      </Text>
      {error !== null && <ProblemAlert error={error} />}
      <Group>
        <Button variant="default" loading={busy} onClick={() => act(() => leaveForProvider('beginConnect'))}>
          {connected === null ? 'Connect' : 'Connect another account'}
        </Button>
        {connected !== null && (
          <Button
            variant="subtle"
            color="red"
            disabled={busy}
            onClick={() => act(() => api.call('disconnectSingleSignOn', {}).then(refreshSignOn))}
          >
            Disconnect
          </Button>
        )}
      </Group>
    </Panel>
  )
}
