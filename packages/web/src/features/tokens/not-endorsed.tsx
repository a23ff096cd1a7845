import { Text } from '@mantine/core'
import { formatDeviceCode } from '@keyhold/client'
import { fingerprint } from '@keyhold/sealed'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../../api/use-data.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import classes from './tokens-page.module.css'

/** What a browser shows whose key is on nobody's roster yet: how to get it there. */
export function NotEndorsed() {
  const { caller, device, self } = useSession()
  const { publicKey } = caller.signer
  const code = formatDeviceCode({ publicKey, person: self.id, name: device })
  const mark = useQuery({ queryKey: ['own-fingerprint'], queryFn: () => fingerprint(publicKey) }).data
  return (
    <div className={classes.notice} role="note">
      <Text fw={600}>This browser is not endorsed yet</Text>
      <Text size="sm">
        Your data plane does not know its key: what you ask here is marked as unattested, and you can make no tokens.
        Give this code to an owner or admin, or paste it into a device of your own that is in the list, and compare the
        fingerprint.
      </Text>
      <div className={classes.code}>
        <code>{code}</code>
        <CopyButton value={code} label="Copy the code" />
      </div>
      <p className={classes.fingerprint}>{mark ?? '…'}</p>
    </div>
  )
}
