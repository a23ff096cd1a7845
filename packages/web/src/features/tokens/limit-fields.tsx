import { Group, Select, Textarea } from '@mantine/core'
import type { NewToken } from '@keyhold/client'
import { readRanges } from '../settings/read-ranges.ts'

const kinds = [
  { value: 'svc', label: 'A program' },
  { value: 'usr', label: 'Yourself' },
] as const
const purposes = [
  { value: 'all', label: 'All that it reaches' },
  { value: 'query', label: 'Questions only' },
  { value: 'upload', label: 'Loads only' },
  { value: 'documents', label: 'Documents only' },
] as const

export type TokenLimits = {
  readonly kind: (typeof kinds)[number]['value']
  readonly purpose: (typeof purposes)[number]['value']
  /** As they were typed. */
  readonly addresses: string
}

export function readLimits({
  kind,
  purpose,
  addresses,
}: TokenLimits): Pick<NewToken, 'kind' | 'actions' | 'addresses'> {
  const ranges = readRanges(addresses)
  return {
    kind,
    ...(purpose !== 'all' && { actions: [purpose] }),
    ...(ranges.length > 0 && { addresses: ranges }),
  }
}

type Props = {
  readonly limits: TokenLimits
  readonly onChange: (limits: TokenLimits) => void
  /** Who may make none for programs. */
  readonly onlyOwn: boolean
}

/** For whom the token is, for what besides its buckets, and from where. */
export function LimitFields({ limits, onChange, onlyOwn }: Props) {
  return (
    <>
      <Group grow mt="md" align="start">
        <Select
          label="Works for"
          description={
            limits.kind === 'usr'
              ? 'At most what you may at the time; ends with your membership, and with this device'
              : 'Stays when you leave'
          }
          data={kinds.filter(({ value }) => value === 'usr' || !onlyOwn)}
          value={limits.kind}
          allowDeselect={false}
          onChange={(kind) => onChange({ ...limits, kind: kind ?? 'svc' })}
        />
        <Select
          label="For"
          description="Held to by the data plane too"
          data={[...purposes]}
          value={limits.purpose}
          allowDeselect={false}
          onChange={(purpose) => onChange({ ...limits, purpose: purpose ?? 'all' })}
        />
      </Group>
      <Textarea
        label="Works from"
        description="Addresses or ranges, one a line; none: from everywhere"
        placeholder="192.0.2.0/24"
        autosize
        minRows={1}
        spellCheck={false}
        mt="md"
        value={limits.addresses}
        onChange={(event) => onChange({ ...limits, addresses: event.currentTarget.value })}
      />
    </>
  )
}
