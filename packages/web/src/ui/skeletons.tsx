import { Skeleton, VisuallyHidden } from '@mantine/core'
import classes from './skeletons.module.css'

/** Rows in the place and height of a list's, so that nothing moves when they come. */
export function ListSkeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div role="status" className={classes.list}>
      <VisuallyHidden>Loading</VisuallyHidden>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={classes.row}>
          <Skeleton height={12} width={`${34 - ((index * 7) % 17)}%`} />
          <Skeleton height={12} width={`${18 - ((index * 5) % 9)}%`} />
        </div>
      ))}
    </div>
  )
}

/** A block of a known height: a chart, a tile, a page. */
export function BlockSkeleton({ height }: { readonly height: number | string }) {
  return (
    <div role="status">
      <VisuallyHidden>Loading</VisuallyHidden>
      <Skeleton height={height} radius="md" />
    </div>
  )
}
