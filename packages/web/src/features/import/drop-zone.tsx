import { Button, Text } from '@mantine/core'
import FileUp from 'lucide-react/icons/file-up'
import { useRef, useState, type DragEvent } from 'react'
import classes from './drop-zone.module.css'
import type { ChosenFile } from './import-tasks.ts'
import { readDropped } from './read-dropped.ts'

type Props = { readonly compact?: boolean; readonly onFiles: (files: readonly ChosenFile[]) => void }

/** Takes files by drop, or by choosing them. */
export function DropZone({ compact = false, onFiles }: Props) {
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    void readDropped(event.dataTransfer).then(onFiles)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button does the same by keyboard
    <section
      className={classes.zone}
      data-over={over}
      data-compact={compact}
      aria-label="Drop files here"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {!compact && <FileUp size={28} strokeWidth={1.5} aria-hidden="true" className={classes.icon} />}
      <div className={classes.words}>
        <Text fw={600}>{compact ? 'Drop more files here' : 'Drop files here'}</Text>
        {!compact && (
          <Text c="dimmed" size="sm">
            CSV, Excel, JSON, NDJSON or Parquet. They are sealed in this browser before a byte leaves it.
          </Text>
        )}
      </div>
      <Button variant={compact ? 'default' : 'filled'} onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])].map((file) => ({ file, handle: null })))
          event.currentTarget.value = ''
        }}
      />
    </section>
  )
}
