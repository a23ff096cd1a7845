import { Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import classes from './scope-picker.module.css'
import { refuseBucket, type Access, type Choices } from './token-scopes.ts'

type Props = {
  readonly choices: Choices
  readonly onChoose: (bucket: string, access: Access) => void
  readonly mayWrite: boolean
}

const levels = [
  { value: 'none', label: 'Nothing' },
  { value: 'read', label: 'Read' },
  { value: 'write', label: 'Write' },
  { value: 'both', label: 'Both' },
] as const

/** Access to each bucket; one that is not there yet can be named. */
export function ScopePicker({ choices, onChoose, mayWrite }: Props) {
  const offered = levels.filter(({ value }) => mayWrite || value === 'none' || value === 'read')
  return (
    <fieldset className={classes.fieldset}>
      <legend className={classes.legend}>Buckets that it reaches</legend>
      {choices.length === 0 && (
        <Text size="sm" c="dimmed">
          {mayWrite
            ? 'This project has no buckets yet: name the one that the program will make.'
            : 'This project has no buckets yet: somebody who brings data makes the first.'}
        </Text>
      )}
      {choices.map(({ bucket, access }) => (
        <div key={bucket} className={classes.row}>
          <code className={classes.bucket}>{bucket}</code>
          <SegmentedControl
            size="xs"
            aria-label={`Access to ${bucket}`}
            data={offered}
            value={access}
            onChange={(value) => onChoose(bucket, value)}
          />
        </div>
      ))}
      {mayWrite && <NewBucket onAdd={(bucket) => onChoose(bucket, 'both')} />}
    </fieldset>
  )
}

function NewBucket({ onAdd }: { readonly onAdd: (bucket: string) => void }) {
  const [name, setName] = useState('')
  const refusal = name === '' ? null : refuseBucket(name)
  const add = (): void => {
    onAdd(name)
    setName('')
  }
  return (
    <Group mt="sm" gap="xs" align="start">
      <TextInput
        size="xs"
        aria-label="Another bucket"
        placeholder="another bucket"
        value={name}
        error={refusal}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          if (name !== '' && refusal === null) add()
        }}
      />
      <Button size="xs" variant="default" disabled={name === '' || refusal !== null} onClick={add}>
        Add
      </Button>
    </Group>
  )
}
