import { Popover, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './badge.module.css'

type Props = {
  readonly tone: 'calm' | 'good' | 'bad'
  readonly icon: ReactNode
  /** Shown on the badge; the icon alone on narrow screens. */
  readonly text: string
  /** For screen readers: the whole of it. */
  readonly label: string
  readonly children: ReactNode
}

/** A state in the header that explains itself when it is pressed. */
export function Badge({ tone, icon, text, label, children }: Props) {
  return (
    <Popover width={320} position="bottom-end" shadow="md">
      <Popover.Target>
        <UnstyledButton className={classes.badge} data-tone={tone} aria-label={label}>
          {icon}
          <span className={classes.text}>{text}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>{children}</Popover.Dropdown>
    </Popover>
  )
}
