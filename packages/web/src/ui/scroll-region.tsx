import type { ReactNode } from 'react'
import classes from './scroll-region.module.css'

/** What may be wider than the page: scrolls by itself, from the keyboard too. */
export function ScrollRegion({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without focus the keyboard cannot scroll it
    <section aria-label={label} tabIndex={0} className={classes.region}>
      {children}
    </section>
  )
}
