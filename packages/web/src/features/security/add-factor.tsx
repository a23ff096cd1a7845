import { Button, Group, Modal } from '@mantine/core'
import Fingerprint from 'lucide-react/icons/fingerprint-pattern'
import Smartphone from 'lucide-react/icons/smartphone'
import { useState } from 'react'
import { queryClient } from '../../api/query-client.ts'
import { AddPasskey } from './add-passkey.tsx'
import { AddTotp } from './add-totp.tsx'
import { hasPasskeys } from './passkey.ts'
import { RecoveryCodes } from './recovery-codes.tsx'
import { securityOptions } from './security-options.ts'

type Props = {
  readonly hasTotp: boolean
  /** After the factor was added, and its recovery codes, if any, were seen. */
  readonly onDone?: () => void
}

/** The buttons that add a factor, with their windows and the recovery codes that follow a first one. */
export function AddFactor({ hasTotp, onDone = () => {} }: Props) {
  const [adding, setAdding] = useState<'totp' | 'passkey' | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const finish = (): void => {
    setCodes(null)
    void queryClient.invalidateQueries({ queryKey: securityOptions.queryKey })
    onDone()
  }
  const take = (made: readonly string[] | null): void => {
    setAdding(null)
    if (made === null) finish()
    else setCodes(made)
  }
  const close = (): void => setAdding(null)
  return (
    <>
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<Smartphone size={16} aria-hidden="true" />}
          onClick={() => setAdding('totp')}
        >
          {hasTotp ? 'Replace the app' : 'Add an authenticator app'}
        </Button>
        {hasPasskeys() && (
          <Button leftSection={<Fingerprint size={16} aria-hidden="true" />} onClick={() => setAdding('passkey')}>
            Add a passkey
          </Button>
        )}
      </Group>
      {adding === 'totp' && <AddTotp onClose={close} onAdded={take} />}
      {adding === 'passkey' && <AddPasskey onClose={close} onAdded={take} />}
      <CodesWindow codes={codes} onDone={finish} />
    </>
  )
}

type CodesProps = { readonly codes: readonly string[] | null; readonly onDone: () => void }

/** What is shown only once is not thrown away by a press beside the window. */
export function CodesWindow({ codes, onDone }: CodesProps) {
  return (
    <Modal
      opened={codes !== null}
      onClose={onDone}
      title="Recovery codes"
      centered
      size="lg"
      closeOnClickOutside={false}
    >
      {codes !== null && <RecoveryCodes codes={codes} onDone={onDone} />}
    </Modal>
  )
}
