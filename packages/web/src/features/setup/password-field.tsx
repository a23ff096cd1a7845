import { PasswordInput, Text } from '@mantine/core'
import { useId } from 'react'
import classes from './password-field.module.css'
import { ratePassword } from './password-strength.ts'

type Props = {
  readonly label?: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Words that the password should not be made of. */
  readonly own: readonly string[]
  readonly error?: string | undefined
}

/** A new password, with its strength while it is typed. */
export function PasswordField({ label = 'Password', value, onChange, own, error }: Props) {
  const hint = useId()
  const { level, hint: words } = ratePassword(value, own)
  return (
    <div>
      <PasswordInput
        label={label}
        required
        autoComplete="new-password"
        aria-describedby={hint}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div className={classes.strength}>
        <span className={classes.bars} data-level={level} aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        <Text id={hint} size="sm" c="dimmed" aria-live="polite">
          {words}
        </Text>
      </div>
    </div>
  )
}
