import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { revokeToken, type Token } from '@keyhold/client'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { rosterKey } from './roster-options.ts'
import { tokensOptions } from './token-options.ts'

/** Ends a token at the server and, by a signed change of the roster, at the data plane. */
export function RevokeToken({ token, own }: { readonly token: Token; readonly own: boolean }) {
  const { caller } = useSession()
  const [opened, { open, close }] = useDisclosure(false)
  const revoke = async (): Promise<void> => {
    await revokeToken(caller, token, Date.now(), own)
    await queryClient.invalidateQueries({ queryKey: tokensOptions.queryKey })
    await queryClient.invalidateQueries({ queryKey: rosterKey })
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Revoke ${token.name}`}>
        Revoke
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={`Revoke ${token.name}?`}
        action="Revoke"
        danger
        onConfirm={revoke}
      >
        Programs that use it are refused at once, by the server and by the data plane. It cannot be brought back.
      </Confirm>
    </>
  )
}
