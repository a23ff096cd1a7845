import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './panel.module.css'

type Props = {
  readonly title?: string
  readonly actions?: ReactNode
  /** Lists and grids reach the panel's edge. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A surface with a heading of its own: the building block of pages. */
export function Panel({ title, actions, flush = false, children }: Props) {
  return (
    <section className={classes.panel}>
      {title !== undefined && (
        <header className={classes.header}>
          <Title order={2} size="h3">
            {title}
          </Title>
          {actions}
        </header>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}
