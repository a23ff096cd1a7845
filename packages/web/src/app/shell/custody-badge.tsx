import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import ShieldCheck from 'lucide-react/icons/shield-check'
import { installationOptions } from '../../api/projects.ts'
import { custodyClaims } from '../custody.ts'
import { Badge } from './badge.tsx'

/** The mode of custody, with its exact claim (KH-01). */
export function CustodyBadge() {
  const { data } = useQuery(installationOptions)
  if (data === undefined) return null
  const { who, claim } = custodyClaims[data.custody]
  return (
    <Badge
      tone="calm"
      icon={<ShieldCheck size={15} aria-hidden="true" />}
      text={data.custody}
      label={`Custody: ${data.custody}. What it promises`}
    >
      <Text fw={600} mb={4}>
        Custody: {data.custody}
      </Text>
      <Text size="sm">{who}</Text>
      <Text size="sm" mt={8} c="dimmed">
        {claim}
      </Text>
    </Badge>
  )
}
