import { Button, Text } from '@mantine/core'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import { describeProblem } from '../api/problem.ts'
import { CopyButton } from './copy-button.tsx'
import classes from './problem-alert.module.css'

type Props = {
  /** Anything that was thrown. */
  readonly error: unknown
  readonly onRetry?: () => void
}

/** A failure with its code and remedy. `detail` may quote the person's own data, which only this page has. */
export function ProblemAlert({ error, onRetry }: Props) {
  const { code, message, remedy, detail, incident } = describeProblem(error)
  return (
    <div className={classes.alert} role="alert">
      <TriangleAlert size={18} className={classes.icon} aria-hidden="true" />
      <div className={classes.words}>
        <Text fw={600}>{message}</Text>
        {detail !== undefined && <pre className={classes.detail}>{detail}</pre>}
        <Text size="sm">{remedy}</Text>
        <div className={classes.foot}>
          <code className={classes.code}>{incident === undefined ? code : `${code} · ${incident}`}</code>
          <CopyButton value={incident === undefined ? code : `${code} ${incident}`} label="Copy the code" />
          {onRetry !== undefined && (
            <Button size="compact-sm" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
        </div>
      </div>
    </div>
  )
}
