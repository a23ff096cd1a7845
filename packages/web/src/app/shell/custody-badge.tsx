import { Text } from '@mantine/core'
import ShieldCheck from 'lucide-react/icons/shield-check'
import { useSession } from '../../api/use-data.ts'
import { custodyClaims } from '../custody.ts'
import { Badge } from './badge.tsx'

/** The mode of custody, with its exact claim (KH-01). */
export function CustodyBadge() {
  const { custody } = useSession().self
  const { who, claim } = custodyClaims[custody]
  return (
    <Badge
      tone="calm"
      icon={<ShieldCheck size={15} aria-hidden="true" />}
      text={custody}
      label={`Custody: ${custody}. What it promises`}
    >
      <Text fw={600} mb={4}>
        Custody: {custody}
      </Text>
      <Text size="sm">{who}</Text>
      <Text size="sm" mt={8} c="dimmed">
        {claim}
      </Text>
    </Badge>
  )
}
