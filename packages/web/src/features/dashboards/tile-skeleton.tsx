import { VisuallyHidden } from '@mantine/core'
import type { ChartKind } from '@keyhold/contract'
import classes from './tile-skeleton.module.css'

/** Stands where the drawing will be, in its shape. */
export function TileSkeleton({ kind }: { readonly kind: ChartKind | undefined }) {
  return (
    <div role="status" className={classes.skeleton}>
      <VisuallyHidden>Loading</VisuallyHidden>
      {kind === 'number' ? <span className={classes.figure} /> : <Bars lying={kind === 'bar'} />}
    </div>
  )
}

const heights = [38, 55, 47, 72, 63, 88, 79, 58, 69, 45]

function Bars({ lying }: { readonly lying: boolean }) {
  return (
    <div className={lying ? classes.lying : classes.standing}>
      {heights.map((size) => (
        <span key={size} style={lying ? { width: `${size}%` } : { height: `${size}%` }} />
      ))}
    </div>
  )
}
