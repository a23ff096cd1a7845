import { Title } from '@mantine/core'

export function SetupPage() {
  return (
    <main>
      <Title>Set up Keyhold</Title>
    </main>
  )
}
