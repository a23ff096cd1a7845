import { Text, type TextProps } from '@mantine/core'
import { formatAge, formatBytes, formatCount, formatMoment } from './format.ts'
import classes from './figures.module.css'
import { useNow } from './use-now.ts'

type Props = TextProps & { readonly className?: string }

const figures = 'kh-figures'

export function Bytes({ value, ...rest }: Props & { readonly value: number }) {
  return (
    <Text component="span" inherit className={figures} {...rest}>
      {formatBytes(value)}
    </Text>
  )
}

export function Count({ value, ...rest }: Props & { readonly value: number | bigint }) {
  return (
    <Text component="span" inherit className={figures} {...rest}>
      {formatCount(value)}
    </Text>
  )
}

/** How long ago, kept up to date; the moment itself as the title. */
export function Time({ value, ...rest }: Props & { readonly value: string }) {
  const now = useNow()
  return (
    <Text component="time" inherit dateTime={value} title={formatMoment(value)} className={classes.time} {...rest}>
      {formatAge(value, now)}
    </Text>
  )
}
