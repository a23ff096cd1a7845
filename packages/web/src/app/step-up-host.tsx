import { lazy, Suspense, useEffect, useEffectEvent, useState } from 'react'
import { onStepUpNeeded } from '../api/step-up.ts'

const StepUpDialog = lazy(async () => ({
  default: (await import('../features/security/step-up-dialog.tsx')).StepUpDialog,
}))

/** Where the dialog for a fresh proof opens, over whatever is shown. */
export function StepUpHost() {
  const [asked, setAsked] = useState<{ readonly answer: (given: boolean) => void } | null>(null)
  useEffect(() => onStepUpNeeded(() => new Promise((resolve) => setAsked({ answer: resolve }))), [])
  const answer = (given: boolean): void => {
    setAsked(null)
    asked?.answer(given)
  }
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (asked === null || event.key !== 'Escape' || event.isComposing) return
    event.stopImmediatePropagation()
    answer(false)
  })
  // Listens since before any window opened: each open one closes on Escape, and the one beneath would go with this one.
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event)
    globalThis.addEventListener('keydown', listen, true)
    return () => globalThis.removeEventListener('keydown', listen, true)
  }, [])
  if (asked === null) return null
  return (
    <Suspense fallback={null}>
      <StepUpDialog onAnswer={answer} />
    </Suspense>
  )
}
