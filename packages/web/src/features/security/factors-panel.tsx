import { Button, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatQuantity } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { AddFactor, CodesWindow } from './add-factor.tsx'
import classes from './security.module.css'
import { securityOptions, type Security } from './security-options.ts'

const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: securityOptions.queryKey })

/** The person's own second factors. */
export function FactorsPanel({ security }: { readonly security: Security }) {
  const { totp, passkeys } = security
  const none = totp === null && passkeys.length === 0
  return (
    <Panel title="Second factors" actions={<AddFactor hasTotp={totp !== null} />}>
      {none && (
        <Text c="dimmed">
          Your password is all that stands between others and your account. Add an authenticator app or a passkey: it is
          then asked for at each sign-in, and before what is sensitive.
        </Text>
      )}
      {totp !== null && (
        <Factor
          name="Authenticator app"
          about={
            <>
              Added <Time value={totp.created} />
            </>
          }
          onRemove={() => api.call('removeTotp', {})}
        />
      )}
      {passkeys.map(({ id, name, created, lastUsed }) => (
        <Factor
          key={id}
          name={name}
          about={
            <>
              Passkey, added <Time value={created} />,{' '}
              {lastUsed === null ? (
                'not used yet'
              ) : (
                <>
                  used <Time value={lastUsed} />
                </>
              )}
            </>
          }
          onRemove={() => api.call('removePasskey', { params: { passkey: id } })}
        />
      ))}
      {!none && <Codes left={security.recoveryCodes} />}
    </Panel>
  )
}

type FactorProps = {
  readonly name: string
  readonly about: ReactNode
  readonly onRemove: () => Promise<unknown>
}

function Factor({ name, about, onRemove }: FactorProps) {
  const [asking, setAsking] = useState(false)
  return (
    <div className={classes.factor}>
      <div>
        <p className={classes.name}>{name}</p>
        <Text size="sm" c="dimmed" component="div">
          {about}
        </Text>
      </div>
      <Button size="compact-sm" variant="default" aria-label={`Remove ${name}`} onClick={() => setAsking(true)}>
        Remove
      </Button>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${name}?`}
        action="Remove"
        danger
        onConfirm={async () => {
          await onRemove()
          await refresh()
        }}
      >
        It proves nothing any more from then on. With the last factor the recovery codes go too.
      </Confirm>
    </div>
  )
}

function Codes({ left }: { readonly left: number }) {
  const [asking, setAsking] = useState(false)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  return (
    <div className={classes.factor}>
      <div>
        <p className={classes.name}>Recovery codes</p>
        <Text size="sm" c="dimmed">
          {left === 0 ? 'None left: make new ones.' : `${formatQuantity(left, 'code')} left, each for one time.`}
        </Text>
      </div>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        Make new codes
      </Button>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title="Make new recovery codes?"
        action="Make them"
        onConfirm={async () => {
          setCodes((await api.call('renewRecoveryCodes', {})).recoveryCodes)
          await refresh()
        }}
      >
        The ones that you have end at once.
      </Confirm>
      <CodesWindow codes={codes} onDone={() => setCodes(null)} />
    </div>
  )
}
