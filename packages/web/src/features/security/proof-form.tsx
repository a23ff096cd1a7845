import { Anchor, Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import type { PasskeyRequest, StepUpProof } from '@keyhold/contract'
import Fingerprint from 'lucide-react/icons/fingerprint-pattern'
import { useState, type FormEvent } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { hasPasskeys, signByPasskey } from './passkey.ts'

type Way = StepUpProof['kind']
type Props = {
  readonly proofs: readonly Way[]
  readonly passkey: PasskeyRequest | null
  /** The verb: "Sign in". */
  readonly action: string
  readonly onProof: (proof: StepUpProof) => Promise<void>
}

const names: Readonly<Record<Way, string>> = {
  passkey: 'Use a passkey',
  totp: 'Use the authenticator app',
  recovery: 'Use a recovery code',
  password: 'Use the password',
}

/** One proof of who one is; other ways are a press away. */
export function ProofForm({ proofs, passkey, action, onProof }: Props) {
  const ways = proofs.filter((way) => way !== 'passkey' || (passkey !== null && hasPasskeys()))
  const [way, setWay] = useState<Way | undefined>(ways[0])
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await onProof(await makeProof(way, text, passkey))
    } catch (failure) {
      setError(failure)
      setText('')
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        {way !== undefined && <ProofField way={way} text={text} onText={setText} />}
        {error !== null && <ProblemAlert error={error} />}
        <Button
          type="submit"
          size="md"
          loading={busy}
          disabled={!isComplete(way, text)}
          leftSection={way === 'passkey' && <Fingerprint size={18} aria-hidden="true" />}
        >
          {way === 'passkey' ? names.passkey : action}
        </Button>
        <Group gap="md">
          {ways
            .filter((other) => other !== way)
            .map((other) => (
              <Anchor
                key={other}
                component="button"
                type="button"
                size="sm"
                underline="always"
                onClick={() => {
                  setWay(other)
                  setText('')
                  setError(null)
                }}
              >
                {names[other]}
              </Anchor>
            ))}
        </Group>
      </Stack>
    </form>
  )
}

type FieldProps = { readonly way: Way; readonly text: string; readonly onText: (text: string) => void }

function ProofField({ way, text, onText }: FieldProps) {
  if (way === 'passkey') return null
  const common = {
    required: true,
    value: text,
    'data-autofocus': true,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onText(event.currentTarget.value),
  }
  if (way === 'password') return <PasswordInput label="Password" autoComplete="current-password" {...common} />
  if (way === 'recovery') {
    return <TextInput label="Recovery code" autoComplete="off" spellCheck={false} placeholder="7Q2M-…" {...common} />
  }
  return (
    <TextInput label="Code of your authenticator app" inputMode="numeric" autoComplete="one-time-code" {...common} />
  )
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '')

function isComplete(way: Way | undefined, text: string): boolean {
  if (way === 'totp') return digitsOf(text).length === 6
  return way === 'passkey' || text.trim() !== ''
}

async function makeProof(way: Way | undefined, text: string, passkey: PasskeyRequest | null): Promise<StepUpProof> {
  if (way === 'password') return { kind: 'password', password: text }
  if (way === 'totp') return { kind: 'totp', code: digitsOf(text) }
  if (way === 'passkey' && passkey !== null) return { kind: 'passkey', answer: await signByPasskey(passkey) }
  return { kind: 'recovery', code: text.trim() }
}
