import { Button, Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { rotateToken, type MadeToken, type Token } from '@keyhold/client'
import { useState } from 'react'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { rosterKey } from './roster-options.ts'
import { tokensOptions } from './token-options.ts'
import { TokenShown } from './token-shown.tsx'

const overlap = 24 * 3600_000

/** Makes a successor with the same terms, shown once; both work for a day, then the old one ends by itself. */
export function RotateToken({ token }: { readonly token: Token }) {
  const { caller } = useSession()
  const [opened, { open, close }] = useDisclosure(false)
  const [made, setMade] = useState<MadeToken | null>(null)
  const rotate = async (): Promise<void> => {
    setMade(await rotateToken(caller, token, overlap, Date.now()))
  }
  const done = async (): Promise<void> => {
    setMade(null)
    await queryClient.invalidateQueries({ queryKey: tokensOptions.queryKey })
    await queryClient.invalidateQueries({ queryKey: rosterKey })
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Rotate ${token.name}`}>
        Rotate
      </Button>
      <Confirm opened={opened} onClose={close} title={`Rotate ${token.name}?`} action="Rotate" onConfirm={rotate}>
        A successor with the same terms is made and shown once. The old one works for 24 hours more, then ends by
        itself.
      </Confirm>
      <Modal
        opened={made !== null}
        onClose={() => void done()}
        size="lg"
        centered
        title={`${token.name} has a successor`}
        closeOnClickOutside={false}
      >
        {made !== null && <TokenShown made={made} onDone={() => void done()} />}
      </Modal>
    </>
  )
}
