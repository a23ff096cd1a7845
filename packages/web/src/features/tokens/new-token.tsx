import { Modal } from '@mantine/core'
import type { Token } from '@keyhold/client'
import { useState } from 'react'
import { TokenForm } from './token-form.tsx'
import { TokenShown } from './token-shown.tsx'

type Props = { readonly opened: boolean; readonly onClose: () => void }
export type Made = { readonly token: Token; readonly text: string }

/** Makes a token and shows it, whole, this once. */
export function NewToken({ opened, onClose }: Props) {
  const [made, setMade] = useState<Made | null>(null)
  const close = (): void => {
    setMade(null)
    onClose()
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      centered
      title={made === null ? 'New token' : `${made.token.name} is ready`}
      // A press beside the window must not throw away what is shown only once.
      closeOnClickOutside={made === null}
    >
      {made === null ? <TokenForm onMade={setMade} onCancel={close} /> : <TokenShown made={made} onDone={close} />}
    </Modal>
  )
}
