import { Text } from '@mantine/core'
import { noticeParagraphs } from './notice.ts'

export function NoticeText() {
  return (
    <>
      {noticeParagraphs.map((paragraph) => (
        <Text key={paragraph} size="sm" mb="xs">
          {paragraph}
        </Text>
      ))}
    </>
  )
}
