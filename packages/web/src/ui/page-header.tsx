import { Text, Title } from '@mantine/core'
import { useEffect, type ReactNode } from 'react'
import classes from './page-header.module.css'

type Props = {
  readonly title: string
  /** One sentence that says what the page is for. */
  readonly about?: ReactNode
  /** Buttons; the primary one last. */
  readonly actions?: ReactNode
}

/** The one heading of a page; also the document's title. */
export function PageHeader({ title, about, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Keyhold`
  }, [title])
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <Title order={1}>{title}</Title>
        {about !== undefined && (
          <Text c="dimmed" className={classes.about}>
            {about}
          </Text>
        )}
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </header>
  )
}
