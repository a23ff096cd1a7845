import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMay } from '../../api/may.ts'

const named = [
  ['flights', 'Flights'],
  ['clinic', 'Clinic'],
] as const

/** To the samples; each brings tables, reports and a dashboard. */
export function SampleLinks({ project }: { readonly project: string }) {
  if (!useMay('data.write')) return null
  return (
    <Group gap="xs" justify="center" mt="sm">
      {named.map(([sample, title]) => (
        <Button
          key={sample}
          variant="default"
          size="compact-md"
          renderRoot={(props) => <Link to="/p/$project/samples/$sample" params={{ project, sample }} {...props} />}
        >
          Sample “{title}”
        </Button>
      ))}
    </Group>
  )
}
