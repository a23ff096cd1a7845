import { Button, Text } from '@mantine/core'
import { describeProblem } from '../../api/problem.ts'
import classes from './tile-problem.module.css'

/** A tile that failed: code, what to do, and trying again; the others go on. */
export function TileProblem({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { code, message, remedy, detail } = describeProblem(error)
  return (
    <div className={classes.problem} role="alert">
      <Text fw={600} size="sm">
        {message}.
      </Text>
      {detail !== undefined && <pre className={classes.detail}>{detail}</pre>}
      <Text size="sm" c="dimmed">
        {remedy}
      </Text>
      <div className={classes.foot}>
        <code>{code}</code>
        <Button size="compact-xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      </div>
    </div>
  )
}
