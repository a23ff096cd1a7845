import { Button, Modal, SegmentedControl, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import FileUp from 'lucide-react/icons/file-up'
import { useState } from 'react'
import type { Table } from '../../api/catalogue.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { DropZone } from '../import/drop-zone.tsx'
import { addFiles, type ChosenFile } from '../import/import-tasks.ts'
import classes from './upload-more.module.css'

type Mode = 'append' | 'upsert' | 'replace'

const modes: Readonly<Record<Mode, string>> = {
  append: 'The file’s rows are added to those that are there.',
  upsert: 'Rows with a key that is there take that row’s place; the others are added.',
  replace: 'The file’s rows take the place of those that are there, at once and wholly or not at all.',
}

/** How more gets into a table that is there. */
export function UploadMore({ project, table }: { readonly project: string; readonly table: Table }) {
  const [opened, { open, close }] = useDisclosure(false)
  const navigate = useNavigate()
  const [mode, setMode] = useState<Mode>('append')
  const name = `${table.bucket}.${table.name}`
  const command = `npx keyhold upload FILE ${name} --mode ${mode}${mode === 'upsert' ? ' --primary-key COLUMN' : ''}`
  const bring = (files: readonly ChosenFile[]): void => {
    addFiles(project, files, table.bucket, { table: table.name, mode })
    void navigate({ to: '/p/$project/import', params: { project } })
  }
  return (
    <>
      <Button variant="default" leftSection={<FileUp size={16} aria-hidden="true" />} onClick={open}>
        Upload more
      </Button>
      <Modal opened={opened} onClose={close} title={`Upload into ${name}`} centered>
        <SegmentedControl
          fullWidth
          aria-label="What happens to the rows that are there"
          value={mode}
          onChange={setMode}
          data={[
            { value: 'append', label: 'Append' },
            { value: 'upsert', label: 'Upsert' },
            { value: 'replace', label: 'Replace' },
          ]}
        />
        <Text my="sm">{modes[mode]}</Text>
        <DropZone compact onFiles={bring} />
        <Text size="sm" mt="md" mb={4} c="dimmed">
          Or in a shell:
        </Text>
        <div className={classes.command}>
          <code>{command}</code>
          <CopyButton value={command} label="Copy the command" />
        </div>
      </Modal>
    </>
  )
}
