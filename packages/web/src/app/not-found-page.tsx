import { Text, Title } from '@mantine/core'

export function NotFoundPage() {
  return (
    <main>
      <Title>There is nothing at this address</Title>
      <Text c="dimmed">Check the address, or go back to the start.</Text>
    </main>
  )
}
