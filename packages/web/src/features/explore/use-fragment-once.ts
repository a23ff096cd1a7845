import { useEffect, useRef } from 'react'
import { useFragment } from '../../ui/fragment-state.ts'

type Wishes = {
  readonly onReport: (id: string) => void
  /** `bucket.table` */
  readonly onAsk: (name: string) => void
  readonly ready: boolean
}

/**
 * What another page sent the person here for: `#report=ID` opens a report, `#ask=bucket.table` a question. Done once; the
 * address is as it was then.
 */
export function useFragmentOnce({ onReport, onAsk, ready }: Wishes): void {
  const [{ report, ask }, change] = useFragment()
  const done = useRef('')
  useEffect(() => {
    const wish = report ?? ask
    if (!ready || wish === undefined || done.current === wish) return
    done.current = wish
    if (report === undefined) onAsk(wish)
    else onReport(report)
    change({ report: null, ask: null })
  })
}
