import { Skeleton } from '@mantine/core'
import { BlockSkeleton } from '../ui/skeletons.tsx'

/** Stands where a page will be while its code and data come. */
export function PageSkeleton() {
  return (
    <div>
      <Skeleton height={30} width={220} mb={12} />
      <Skeleton height={14} width="min(28rem, 80%)" mb={28} />
      <BlockSkeleton height={320} />
    </div>
  )
}
