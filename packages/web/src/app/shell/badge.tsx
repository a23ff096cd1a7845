import { Popover, UnstyledButton } from '@mantine/core'
import { useState, type MouseEvent, type ReactNode } from 'react'
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
  const [opened, setOpened] = useState(false)
  return (
    <Popover width={320} position="bottom-end" shadow="md" opened={opened} onChange={setOpened}>
      <Popover.Target>
        <UnstyledButton
          className={classes.badge}
          data-tone={tone}
          aria-label={label}
          onClick={() => setOpened(!opened)}
        >
          {icon}
          <span className={classes.text}>{text}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown onClick={(event: MouseEvent<HTMLDivElement>) => isLink(event) && setOpened(false)}>
        {children}
      </Popover.Dropdown>
    </Popover>
  )
}

// Whoever followed a link is elsewhere.
function isLink({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest('a') !== null
}
