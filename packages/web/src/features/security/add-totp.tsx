import { Button, Group, Modal, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { QrPicture } from './qr-picture.tsx'
import classes from './security.module.css'

type Props = {
  readonly onClose: () => void
  /** Hears the recovery codes that came with a first factor. */
  readonly onAdded: (codes: readonly string[] | null) => void
}

/** A secret for an authenticator app, and the code that shows that the app has it. */
export function AddTotp({ onClose, onAdded }: Props) {
  // A secret is drawn each time that this opens, and forgotten when it closes.
  const offer = useQuery({
    queryKey: ['totp-offer'],
    queryFn: () => api.call('startTotp', {}),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  })
  return (
    <Modal opened onClose={onClose} title="Authenticator app" centered closeOnClickOutside={false}>
      {offer.error !== null && <ProblemAlert error={offer.error} onRetry={() => void offer.refetch()} />}
      {offer.data === undefined ? (
        offer.error === null && <BlockSkeleton height={320} />
      ) : (
        <>
          <Text mb="sm">Scan this with the app, or type the secret into it. Then enter the code that it shows.</Text>
          <QrPicture text={offer.data.uri} label="The secret as a QR code; it stands below as text too" />
          <div className={classes.secret}>
            <code data-testid="totp-secret">{offer.data.secret}</code>
            <CopyButton value={offer.data.secret} label="Copy the secret" />
          </div>
          <CodeForm onCancel={onClose} onAdded={onAdded} />
        </>
      )}
    </Modal>
  )
}

function CodeForm({ onCancel, onAdded }: { readonly onCancel: () => void; readonly onAdded: Props['onAdded'] }) {
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const digits = code.replaceAll(/\D/g, '')
  const confirm = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      onAdded((await api.call('confirmTotp', { body: { code: digits } })).recoveryCodes)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void confirm(event)}>
      <TextInput
        label="Code that the app shows"
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        data-autofocus
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={digits.length !== 6}>
          Confirm
        </Button>
      </Group>
    </form>
  )
}
