import { useNavigate } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { forgetFetched } from '../../api/session.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'

/** Says what goes and what stays; the server asks for a fresh proof besides. It cannot be taken back. */
export function EraseDialog({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const { self } = useSession()
  const erase = async (): Promise<void> => {
    await api.call('eraseMe', {})
    forgetFetched()
    await navigate({ to: '/sign-in' })
  }
  return (
    <Confirm
      opened
      onClose={onClose}
      title="Erase everything about you?"
      action="Erase me"
      danger
      typed={self.email ?? 'erase me'}
      onConfirm={erase}
    >
      Your account, your sessions and your addresses in the log are gone at once, and cannot be brought back. What you
      loaded and saved stays your organisation’s; entries of the log stay too, and name nobody.
    </Confirm>
  )
}
