import { Title } from '@mantine/core'

export function HomePage() {
  return (
    <main>
      <Title>Home</Title>
    </main>
  )
}
