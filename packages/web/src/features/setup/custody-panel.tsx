import { Skeleton, Text, Title } from '@mantine/core'
import { custodyClaims, type Custody } from '../../app/custody.ts'
import classes from './custody-panel.module.css'

/** The mode follows from where data plane and key provider run; it is told, not chosen. */
export function CustodyPanel({ custody }: { readonly custody: Custody | undefined }) {
  return (
    <section className={classes.panel} aria-labelledby="custody">
      <Title order={2} size="h4" id="custody" className={classes.title}>
        Custody: {custody ?? '…'}
      </Title>
      {custody === undefined ? (
        <Skeleton height={84} mt={6} />
      ) : (
        <>
          <Text className={classes.claim}>{custodyClaims[custody].claim}</Text>
          <Text size="sm" c="dimmed">
            {custodyClaims[custody].who} The mode follows from that; it is not a setting.
          </Text>
        </>
      )}
    </section>
  )
}
