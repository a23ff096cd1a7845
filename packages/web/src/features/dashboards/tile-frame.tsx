import { Title } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'
import classes from './tile.module.css'

type Props = {
  readonly title: string
  readonly place?: RefObject<HTMLDivElement | null>
  readonly description?: string
  /** A figure: nothing but a small title above it. */
  readonly plain?: boolean
  /** Shows an earlier result while the next is awaited. */
  readonly stale?: boolean
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The surface of a tile. Its size is the grid's: nothing that comes later moves it. */
export function TileFrame({ title, place, description = '', plain = false, stale = false, actions, children }: Props) {
  return (
    <article
      className={classes.tile}
      data-plain={plain}
      aria-label={title === '' ? 'Loading' : title}
      aria-busy={stale}
    >
      <header className={classes.head}>
        <Title order={2} className={classes.title} {...(description === '' ? {} : { title: description })}>
          {title}
        </Title>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      <div ref={place} className={classes.body} data-stale={stale}>
        {children}
      </div>
    </article>
  )
}
