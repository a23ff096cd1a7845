import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './empty.module.css'

type Props = {
  readonly icon?: ReactNode
  readonly title: string
  /** What would be here, and how to get it. */
  readonly about: ReactNode
  /** The next thing to do. */
  readonly action?: ReactNode
}

/** What a list shows when it has nothing. Always says what to do next. */
export function Empty({ icon, title, about, action }: Props) {
  return (
    <div className={classes.empty}>
      {icon !== undefined && (
        <div className={classes.icon} aria-hidden="true">
          {icon}
        </div>
      )}
      <p className={classes.title}>{title}</p>
      <Text c="dimmed" className={classes.about} component="div">
        {about}
      </Text>
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  )
}
