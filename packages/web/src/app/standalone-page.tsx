import { useEffect, type ReactNode } from 'react'
import { Logo } from '../ui/logo.tsx'
import classes from './standalone-page.module.css'

type Props = { readonly title: string; readonly wide?: boolean; readonly children: ReactNode }

/** A page without the shell: set-up, sign-in, and what went wrong. */
export function StandalonePage({ title, wide = false, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Keyhold`
  }, [title])
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Logo />
      </header>
      <main className={wide ? classes.wide : classes.main}>{children}</main>
    </div>
  )
}
