import { UnstyledButton } from '@mantine/core'
import Eye from 'lucide-react/icons/eye'
import EyeOff from 'lucide-react/icons/eye-off'
import { useSight } from '../sight.tsx'
import classes from './operator-switch.module.css'

/** Turns every page into what the control plane has of it. */
export function OperatorSwitch() {
  const { operator, setOperator } = useSight()
  return (
    <UnstyledButton
      role="switch"
      aria-checked={operator}
      aria-label="Operator’s view: show what the operator sees"
      className={classes.switch}
      onClick={() => setOperator(!operator)}
    >
      {operator ? <Eye size={15} aria-hidden="true" /> : <EyeOff size={15} aria-hidden="true" />}
      <span className={classes.text}>Operator’s view</span>
      <span className={classes.track} aria-hidden="true">
        <span className={classes.thumb} />
      </span>
    </UnstyledButton>
  )
}
