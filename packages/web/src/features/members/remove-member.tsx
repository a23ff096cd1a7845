import { Button, Checkbox, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { listMadeTokens, removeMember } from '@keyhold/client'
import type { Person } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '../../api/may.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { useNow } from '../../ui/use-now.ts'
import { tokensOptions } from '../tokens/token-options.ts'
import type { Left } from './left-devices.tsx'
import { forgetMembers } from './member-options.ts'

type Props = { readonly person: Person; readonly onLeft: (left: Left) => void }

/** Ends an account with its sessions, takes its devices off the roster and, if that is chosen, ends what tokens it made. */
export function RemoveMember({ person, onLeft }: Props) {
  const { caller } = useSession()
  const [opened, { open, close }] = useDisclosure(false)
  const name = person.name ?? person.email
  const [ends, setEnds] = useState(false)
  const remove = async (): Promise<void> => {
    const devices = await removeMember(caller, person.id, Date.now(), ends)
    if (devices.length > 0) onLeft({ name, devices })
    await forgetMembers()
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Remove ${name}`}>
        Remove
      </Button>
      <Confirm opened={opened} onClose={close} title={`Remove ${name}?`} action="Remove" danger onConfirm={remove}>
        The account and its sessions end at once, and this browser takes its devices off the roster. Name and address
        are deleted; the log keeps what was done under an id. Reports and dashboards stay: they are the organisation’s.
        {opened && <MadeTokens person={person.id} ends={ends} onChange={setEnds} />}
      </Confirm>
    </>
  )
}

type MadeProps = { readonly person: string; readonly ends: boolean; readonly onChange: (ends: boolean) => void }

/** How many tokens of programs the member made that still work, and whether they end too. */
function MadeTokens({ person, ends, onChange }: MadeProps) {
  const may = useMay('token.manage')
  const tokens = useQuery({ ...tokensOptions, enabled: may })
  const made = listMadeTokens(tokens.data ?? [], person, useNow())
  if (tokens.data === undefined || made.length === 0) {
    const known = tokens.data !== undefined
    return (
      <Text mt="sm">{known ? 'No token of a program that they made still works.' : 'Tokens that they made stay.'}</Text>
    )
  }
  const [count, they] = made.length === 1 ? ['1 token', 'It stays'] : [`${made.length} tokens`, 'They stay']
  const names = made.slice(0, 5).map((token) => token.name)
  return (
    <Checkbox
      mt="md"
      checked={ends}
      onChange={(event) => onChange(event.currentTarget.checked)}
      label={`End ${count} that they made for programs, too`}
      description={`${names.join(', ')}${made.length > names.length ? ', …' : ''}. ${they} otherwise: programs go on using what this person may still have.`}
    />
  )
}
