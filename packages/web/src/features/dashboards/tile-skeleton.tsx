import { Skeleton, VisuallyHidden } from '@mantine/core'
import type { ChartKind } from '@keyhold/contract'
import classes from './tile-skeleton.module.css'

/** Stands where the drawing will be, in its shape. */
export function TileSkeleton({ kind }: { readonly kind: ChartKind | undefined }) {
  return (
    <div role="status" className={classes.skeleton}>
      <VisuallyHidden>Loading</VisuallyHidden>
      {kind === 'number' ? <Skeleton height={34} width="55%" /> : <Bars lying={kind === 'bar'} />}
    </div>
  )
}

const heights = [38, 55, 47, 72, 63, 88, 79, 58, 69, 45]

function Bars({ lying }: { readonly lying: boolean }) {
  return (
    <div className={lying ? classes.lying : classes.standing}>
      {heights.map((size) => (
        <Skeleton key={size} {...(lying ? { width: `${size}%`, height: 12 } : { height: `${size}%` })} />
      ))}
    </div>
  )
}
