import { VisuallyHidden } from '@mantine/core'
import { createContext, use, useEffect, type ReactNode } from 'react'
import { Logo } from '../ui/logo.tsx'
import classes from './standalone-page.module.css'

/** Whether the shell is around: what went wrong in a page is shown in that page's place. */
export const InShell = createContext(false)

type Props = {
  readonly title: string
  readonly wide?: boolean
  /** The title is also the page's heading, for who does not see the page. */
  readonly headed?: boolean
  readonly children: ReactNode
}

/** A page without the shell: set-up, sign-in, and what went wrong. */
export function StandalonePage({ title, wide = false, headed = false, children }: Props) {
  const inShell = use(InShell)
  useEffect(() => {
    document.title = `${title} · Keyhold`
  }, [title])
  const content = (
    <>
      {headed && <VisuallyHidden component="h1">{title}</VisuallyHidden>}
      {children}
    </>
  )
  if (inShell) return content
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Logo />
      </header>
      <main className={wide ? classes.wide : classes.main}>{content}</main>
    </div>
  )
}
