import { useSight } from '../sight.tsx'
import classes from './operator-banner.module.css'

/** Says on every page that the operator's eyes are borrowed, and what they see and do not see. */
export function OperatorBanner() {
  const { operator } = useSight()
  if (!operator) return null
  return (
    <div className={classes.banner} role="status">
      <strong>This is what the operator sees.</strong> Names of tables and columns, sizes, counts, times and who asked
      are in clear; values, SQL, parameters, file names, titles and results are ciphertext to the control plane.
    </div>
  )
}
