import { Alert, Button, Group, Tabs, Text } from '@mantine/core'
import { parseTokenString } from '@keyhold/client'
import { CopyButton } from '../../ui/copy-button.tsx'
import { useLoginString } from './login-string.ts'
import type { Made } from './new-token.tsx'
import { Snippet } from './snippet.tsx'
import classes from './token-shown.module.css'

type Props = { readonly made: Made; readonly onDone: () => void }

/** The whole token, and what to do with it; neither this page nor the server can show it again. */
export function TokenShown({ made, onDone }: Props) {
  const { serverHalf, anchor } = parseTokenString(made.text)
  const login = useLoginString(anchor)
  const reads = made.token.scopes[0]
  const shell = [
    `export KEYHOLD_LOGIN='${login}'`,
    `export KEYHOLD_TOKEN='${made.text}'`,
    reads?.access === 'write'
      ? `npx keyhold upload FILE ${reads.bucket}.TABLE`
      : `npx keyhold query 'select * from ${reads?.bucket ?? 'bucket'}.TABLE limit 10'`,
  ].join('\n')
  const curl = [
    '# names and sizes only: values need the whole token',
    `curl --cacert authority.pem \\`,
    `  -H 'Authorization: Bearer ${serverHalf}' \\`,
    `  ${location.origin}/v1/projects/${made.token.project}/tables`,
  ].join('\n')
  return (
    <>
      <Alert color="ochre" title="Shown this once">
        Copy it now. Its first part is what the server checks; the second signs, was drawn in this browser, and is
        nowhere else.
      </Alert>
      <div className={classes.token}>
        <code data-testid="token">{made.text}</code>
        <CopyButton value={made.text} label="Copy the token" />
      </div>
      <Tabs defaultValue="shell" mt="md">
        <Tabs.List>
          <Tabs.Tab value="shell">In a shell</Tabs.Tab>
          <Tabs.Tab value="curl">With curl</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="shell">
          <Snippet text={shell} />
        </Tabs.Panel>
        <Tabs.Panel value="curl">
          <Snippet text={curl} />
        </Tabs.Panel>
      </Tabs>
      <Group justify="space-between" mt="lg">
        <Text size="sm" c="dimmed">
          Endorsed by this device, in the signed roster.
        </Text>
        <Button onClick={onDone}>I have copied it</Button>
      </Group>
    </>
  )
}
