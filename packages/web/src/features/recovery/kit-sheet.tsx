import { Text, Title } from '@mantine/core'
import type { RecoveryKit } from '@keyhold/contract'
import { formatMoment } from '../../ui/format.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { Mark } from '../../ui/logo.tsx'
import classes from './kit-sheet.module.css'

/** The sheet as it is printed: everything from which the kit's file can be made again. */
export function KitSheet({ kit }: { readonly kit: RecoveryKit }) {
  return (
    <article className={classes.sheet} aria-label="Recovery kit">
      <header className={classes.header}>
        <Mark size={34} />
        <div>
          <Title order={2}>Keyhold recovery kit</Title>
          <Text size="sm" c="dimmed">
            Made {formatMoment(kit.created)} · custody {kit.custody} · {kit.server.url}
          </Text>
        </div>
      </header>
      <KeyValue
        items={[
          ['Organisation', <code key="o">{kit.organisation}</code>],
          ['Anchor’s fingerprint', <code key="f">{kit.anchorFingerprint}</code>],
          ['Passphrase of the key file', <Passphrase key="p" value={kit.passphrase} />],
        ]}
      />
      <Title order={3} mt="lg" mb={4}>
        The kit, whole
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        The data plane’s restore command takes this text as a file. Whoever has it reads everything.
      </Text>
      <pre className={classes.text}>{JSON.stringify(kit)}</pre>
    </article>
  )
}

function Passphrase({ value }: { readonly value: string | null }) {
  if (value !== null) return <code>{value}</code>
  return <span className={classes.line}>Your own: write it here</span>
}
