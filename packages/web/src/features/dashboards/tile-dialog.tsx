import { Button, Group, Modal, Text, Textarea, TextInput } from '@mantine/core'
import type { Tile } from '@keyhold/contract'
import { useState } from 'react'

type Props = {
  readonly tile: Tile
  readonly onClose: () => void
  readonly onChange: (tile: Tile) => void
}

/** What a tile says. */
export function TileDialog({ tile, onClose, onChange }: Props) {
  const [text, setText] = useState(tile.kind === 'text' ? tile.text : tile.title)
  const change = (): void => onChange(tile.kind === 'text' ? { ...tile, text } : { ...tile, title: text })
  return (
    <Modal
      opened
      onClose={onClose}
      title={tile.kind === 'text' ? 'Words' : 'Title on this dashboard'}
      size="lg"
      centered
    >
      {tile.kind === 'text' ? (
        <>
          <Textarea
            aria-label="Words"
            autosize
            minRows={8}
            maxRows={20}
            maxLength={20_000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
          <Text size="sm" c="dimmed" mt="xs">
            ## heading, **strong**, *emphasis*, `code`, - list, [words](https://…)
          </Text>
        </>
      ) : (
        <TextInput
          aria-label="Title"
          placeholder="The report’s own title"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={change}>Change</Button>
      </Group>
    </Modal>
  )
}
