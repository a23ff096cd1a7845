import { Button, Stack, TextInput, Title } from '@mantine/core'
import { useState, type ChangeEvent, type FormEvent } from 'react'
import type { Owner } from './claim-installation.ts'
import { PasswordField } from './password-field.tsx'
import { ratePassword } from './password-strength.ts'
import { SamplePicker } from './sample-picker.tsx'
import type { SampleId } from './samples.ts'

type Props = { readonly busy: boolean; readonly onSubmit: (owner: Owner, sample: SampleId) => void }

const blank: Owner = { personName: '', email: '', password: '', name: '', project: 'First project' }

/** Owner, organisation, project and what the project begins with. */
export function ClaimForm({ busy, onSubmit }: Props) {
  const [owner, setOwner] = useState(blank)
  const [sample, setSample] = useState<SampleId>('flights')
  const [tried, setTried] = useState(false)
  const own = [owner.email, owner.name, owner.personName]
  const weak = ratePassword(owner.password, own).level < 2

  const text = (field: Exclude<keyof Owner, 'password'>) => ({
    value: owner[field],
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget
      setOwner((before) => ({ ...before, [field]: value }))
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (!weak) onSubmit(owner, sample)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={2}>Make it yours</Title>
        <TextInput label="Your name" autoComplete="name" maxLength={200} {...text('personName')} />
        <TextInput label="E-mail address" type="email" required autoComplete="username" {...text('email')} />
        <PasswordField
          value={owner.password}
          own={own}
          error={tried && weak ? 'Choose a longer or less guessable password.' : undefined}
          onChange={(password) => setOwner((before) => ({ ...before, password }))}
        />
        <TextInput label="Organisation" required autoComplete="organization" maxLength={200} {...text('name')} />
        <TextInput label="First project" required autoComplete="off" maxLength={200} {...text('project')} />
        <SamplePicker value={sample} onChange={setSample} />
        <Button type="submit" size="md" loading={busy} mt="xs">
          Set up
        </Button>
      </Stack>
    </form>
  )
}
