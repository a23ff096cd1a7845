import { Button, Group, NumberInput, Text } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { api } from '../../api/client.ts'
import { privacyOptions } from '../../api/privacy.ts'
import { queryClient } from '../../api/query-client.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'

/** For owners and admins: after how many days addresses in the log are erased. */
export function RetentionForm({ days }: { readonly days: number }) {
  const [value, setValue] = useState<number | string>(days)
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await api.call('changeRetention', { body: { days: Number(value) } })
      await queryClient.invalidateQueries(privacyOptions)
      setSaved(true)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event: SubmitEvent) => void submit(event)}>
      <Group align="flex-end" gap="sm" mt="md">
        <NumberInput
          label="Addresses in the log are erased after (days)"
          min={30}
          max={3650}
          allowDecimal={false}
          clampBehavior="strict"
          value={value}
          onChange={(next) => {
            setSaved(false)
            setValue(next)
          }}
        />
        <Button type="submit" variant="default" loading={busy} disabled={Number(value) < 30 || Number(value) === days}>
          Keep this period
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mt={4} role="status">
        {saved ? 'It is in force now.' : 'For everyone in the organisation; 30 days to 10 years.'}
      </Text>
      {error !== null && <ProblemAlert error={error} />}
    </form>
  )
}
