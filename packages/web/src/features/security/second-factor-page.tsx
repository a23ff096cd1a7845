import { useNavigate } from '@tanstack/react-router'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { forgetFetched } from '../../api/session.ts'
import { DemandedFactor } from './demanded-factor.tsx'

/** Where people come whose open session may only add a factor. */
export function SecondFactorPage() {
  const navigate = useNavigate()
  const enter = async (): Promise<void> => {
    forgetFetched()
    await navigate({ to: '/', replace: true })
  }
  return (
    <StandalonePage title="Second factor">
      <DemandedFactor onDone={enter} />
    </StandalonePage>
  )
}
