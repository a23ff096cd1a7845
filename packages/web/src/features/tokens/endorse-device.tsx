import { Button, Group, Modal, Text, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { endorseDevice, findDeviceOwner, parseDeviceCode, type DeviceCode } from '@keyhold/client'
import { fingerprint } from '@keyhold/sealed'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { useLoginString } from './login-string.ts'
import { rosterKey } from './roster-options.ts'
import { Snippet } from './snippet.tsx'
import classes from './tokens-page.module.css'

/** Lets another device in: its code is pasted, its fingerprint compared, and this browser signs. */
export function EndorseDevice() {
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        Endorse a device
      </Button>
      <Modal opened={opened} onClose={close} title="Endorse a device" centered>
        <EndorseForm onDone={close} />
      </Modal>
    </>
  )
}

function EndorseForm({ onDone }: { readonly onDone: () => void }) {
  const { caller, self } = useSession()
  const login = useLoginString(caller.anchor)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const code = readCode(text)
  const mark = useQuery({
    queryKey: ['device-fingerprint', text],
    queryFn: () => fingerprint((code as DeviceCode).publicKey),
    enabled: code !== null,
  }).data
  const owner = useQuery({
    queryKey: ['device-owner', code?.person],
    queryFn: () => findDeviceOwner(caller, code as DeviceCode),
    enabled: code !== null,
    retry: false,
  })
  const endorse = async (): Promise<void> => {
    if (code === null || owner.data === undefined) return
    setBusy(true)
    setError(null)
    try {
      await endorseDevice(caller, code, owner.data, Date.now())
      await queryClient.invalidateQueries({ queryKey: rosterKey })
      onDone()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <>
      <Text size="sm">
        Sign in on the new device. A browser shows its code on this page; a shell of yours prints it after
      </Text>
      <Snippet text={`npx keyhold login '${login}' --email ${self.email ?? 'E-MAIL'}`} />
      <Textarea
        mt="md"
        label="Code of the new device"
        autosize
        minRows={3}
        spellCheck={false}
        data-autofocus
        value={text}
        error={text.trim() !== '' && code === null ? 'Not a whole device code: it begins with kd2.' : null}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {code !== null && (
        <div className={classes.compare}>
          <Text fw={600}>{code.name}</Text>
          {owner.data !== undefined && (
            <Text size="sm">
              {owner.data.name === null ? owner.data.email : `${owner.data.name}, ${owner.data.email}`}:{' '}
              {owner.data.role}. It will be let in as that person’s, for what this role may do.
            </Text>
          )}
          <Text size="sm" c="dimmed">
            Compare this fingerprint with the one that the device shows:
          </Text>
          <p className={classes.fingerprint}>{mark ?? '…'}</p>
        </div>
      )}
      {owner.error !== null && <ProblemAlert error={owner.error} />}
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button disabled={code === null || owner.data === undefined} loading={busy} onClick={() => void endorse()}>
          They are the same: endorse it
        </Button>
      </Group>
    </>
  )
}

function readCode(text: string): DeviceCode | null {
  try {
    return parseDeviceCode(text)
  } catch {
    return null
  }
}
