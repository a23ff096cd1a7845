import { Alert, Button, Group } from '@mantine/core'
import Download from 'lucide-react/icons/download'
import { downloadBlob } from '../results/download.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import classes from './security.module.css'

type Props = { readonly codes: readonly string[]; readonly onDone: () => void }

/** Recovery codes, this once. */
export function RecoveryCodes({ codes, onDone }: Props) {
  const text = `${codes.join('\n')}\n`
  return (
    <>
      <Alert color="ochre" title="Shown this once">
        Each code stands in for your second factor one time, should you lose it. Keep them where no one else reaches
        them, and not on the same device.
      </Alert>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group justify="space-between">
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<Download size={16} aria-hidden="true" />}
            onClick={() => downloadBlob(new Blob([text], { type: 'text/plain' }), 'keyhold-recovery-codes.txt')}
          >
            Download
          </Button>
          <CopyButton value={text} label="Copy the codes" />
        </Group>
        <Button onClick={onDone}>I have kept them</Button>
      </Group>
    </>
  )
}
