import { Drawer, Tabs, Text } from '@mantine/core'
import type { LedgerEntry } from '@keyhold/ledger'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { describeEntry, type Names } from './describe-entry.ts'
import classes from './entry-drawer.module.css'
import { EntryFields } from './entry-fields.tsx'
import { EntryProof } from './entry-proof.tsx'
import type { ListedEntry } from './log-book.ts'
import { useRows } from './use-rows.ts'

type Props = { readonly index: number | null; readonly names: Names; readonly onClose: () => void }

/** One entry with everything: what it says, its exact text, and the proof that it is in the signed tree. */
export function EntryDrawer({ index, names, onClose }: Props) {
  const listed = useRows(index === null ? [] : [index]).get(index ?? -1)
  return (
    <Drawer
      opened={index !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={`Entry ${index ?? ''}`}
      overlayProps={{ backgroundOpacity: 0.18 }}
    >
      {listed === undefined ? <BlockSkeleton height={320} /> : <Details listed={listed} names={names} />}
    </Drawer>
  )
}

function Details({ listed, names }: { readonly listed: ListedEntry; readonly names: Names }) {
  const entry = JSON.parse(listed.entry) as LedgerEntry
  const { actor, parts, source } = describeEntry(entry, listed.disclosures, names)
  return (
    <>
      <p className={classes.sentence}>
        <strong>{actor}</strong>{' '}
        {parts.map(({ text, name }, place) => (name ? <strong key={place}>{text}</strong> : text))}
        {source !== null && ` from ${source}`}.
      </p>
      <EntryProof listed={listed} />
      <Tabs defaultValue="fields" mt="lg">
        <Tabs.List>
          <Tabs.Tab value="fields">Fields</Tabs.Tab>
          <Tabs.Tab value="text">Exact text</Tabs.Tab>
          <Tabs.Tab value="disclosed">Disclosed</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fields" pt="sm">
          <EntryFields entry={entry} listed={listed} names={names} />
        </Tabs.Panel>
        <Tabs.Panel value="text" pt="sm">
          <Text size="sm" c="dimmed" mb="xs">
            These bytes, with their salt, are what the tree holds.{' '}
            <CopyButton value={listed.entry} label="Copy the text" />
          </Text>
          <pre className={classes.text}>{listed.entry}</pre>
          <Text size="sm" mt="sm">
            Salt <code className={classes.code}>{listed.salt}</code>
          </Text>
          {listed.signature !== null && (
            <Text size="sm" mt="xs">
              The data plane’s signature <code className={classes.code}>{listed.signature}</code>
            </Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="disclosed" pt="sm">
          <Disclosed listed={listed} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Disclosed({ listed }: { readonly listed: ListedEntry }) {
  if (listed.disclosures.length === 0) {
    return <Text c="dimmed">This entry has no personal fields, or they were erased. Its proof holds either way.</Text>
  }
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        Personal fields are in the tree as commitments only. These open them; erasing them leaves every proof whole.
      </Text>
      <dl className={classes.disclosed}>
        {listed.disclosures.map(({ label, value, salt }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {String(value)}
              <code className={classes.code}>salt {salt}</code>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
