import { Text, Title } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'

export function ProblemPage({ error }: ErrorComponentProps) {
  return (
    <main>
      <Title>This page could not be shown</Title>
      <Text c="dimmed">{error instanceof Error ? error.message : 'Something that is no error was thrown.'}</Text>
    </main>
  )
}
