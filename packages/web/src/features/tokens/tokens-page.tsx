import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import KeyRound from 'lucide-react/icons/key-round'
import { useMay } from '../../api/may.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { DevicesPanel } from './devices-panel.tsx'
import { NewToken } from './new-token.tsx'
import { TokensPanel } from './tokens-panel.tsx'
import classes from './tokens-page.module.css'

/** Who else may ask: programs by tokens, people by devices. */
export function TokensPage() {
  const [opened, { open, close }] = useDisclosure(false)
  const mayRead = useMay('data.read')
  const maySee = useMay('token.read')
  return (
    <>
      <PageHeader
        title="Tokens"
        about="For programs: limited to buckets, always expiring. The signing half is drawn here and never leaves."
        {...(mayRead
          ? {
              actions: (
                <Button leftSection={<KeyRound size={16} aria-hidden="true" />} onClick={open}>
                  New token
                </Button>
              ),
            }
          : {})}
      />
      <div className={classes.panels}>
        {(maySee || mayRead) && <TokensPanel onNew={open} own={!maySee} />}
        <DevicesPanel />
      </div>
      <NewToken opened={opened} onClose={close} />
    </>
  )
}
