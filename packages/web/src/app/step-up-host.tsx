import { lazy, Suspense, useEffect, useState } from 'react'
import { onStepUpNeeded } from '../api/step-up.ts'

const StepUpDialog = lazy(async () => ({
  default: (await import('../features/security/step-up-dialog.tsx')).StepUpDialog,
}))

/** Where the dialog for a fresh proof opens, over whatever is shown. */
export function StepUpHost() {
  const [asked, setAsked] = useState<{ readonly answer: (given: boolean) => void } | null>(null)
  useEffect(() => onStepUpNeeded(() => new Promise((resolve) => setAsked({ answer: resolve }))), [])
  if (asked === null) return null
  return (
    <Suspense fallback={null}>
      <StepUpDialog
        onAnswer={(given) => {
          setAsked(null)
          asked.answer(given)
        }}
      />
    </Suspense>
  )
}
