import { Anchor, Button, Text, TextInput, Title } from '@mantine/core'
import type { SetupLink } from '@keyhold/client'
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'

type Props = {
  readonly read: (text: string) => SetupLink | undefined
  readonly onLink: (link: SetupLink) => void
}

/** For who came without the link. */
export function AskLink({ read, onLink }: Props) {
  const [text, setText] = useState('')
  const [error, setError] = useState<string | null>(null)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const link = read(text.trim())
    if (link === undefined) setError('This is not a whole set-up link.')
    else onLink(link)
  }
  return (
    <form onSubmit={submit}>
      <Title order={2}>The set-up link</Title>
      <Text c="dimmed" mt={4} mb="md">
        When a data plane starts for the first time it prints a link that works once. Open it, or paste all of it here.
      </Text>
      <TextInput
        label="Set-up link"
        placeholder="https://…/setup#o=…"
        value={text}
        error={error}
        autoComplete="off"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" mt="md">
        Go on
      </Button>
    </form>
  )
}

export function Claimed() {
  return (
    <div>
      <Title order={2}>This installation has an owner</Title>
      <Text c="dimmed" mt={4} mb="md">
        It was set up before, and a set-up link works once.
      </Text>
      <Anchor component={Link} to="/sign-in">
        Sign in
      </Anchor>
    </div>
  )
}
