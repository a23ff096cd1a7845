import { Button, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import Download from 'lucide-react/icons/download'
import { useState } from 'react'
import { openLogExport } from '../../api/log-export.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { formatBytes } from '../../ui/format.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { downloadBlob } from '../results/download.ts'
import classes from './export-button.module.css'
import { ExportListed } from './export-listed.tsx'

const fileName = 'keyhold-log.ndjson'
const command = `npx keyhold audit verify ${fileName}`

/** What is listed, for other programs; and the whole log as one file, with how it is verified without any server. */
export function ExportButton({ indices }: { readonly indices: Uint32Array | null }) {
  const [opened, { open, close }] = useDisclosure(false)
  const [received, setReceived] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const download = async (): Promise<void> => {
    setError(null)
    setReceived(0)
    try {
      const pieces: BlobPart[] = []
      let length = 0
      for await (const piece of openLogExport('/v1/audit/export')) {
        pieces.push(piece as Uint8Array<ArrayBuffer>)
        length += piece.length
        setReceived(length)
      }
      downloadBlob(new Blob(pieces, { type: 'application/x-ndjson' }), fileName)
    } catch (failure) {
      setError(failure)
    } finally {
      setReceived(null)
    }
  }
  return (
    <>
      <Button variant="default" leftSection={<Download size={16} aria-hidden="true" />} onClick={open}>
        Export
      </Button>
      <Modal opened={opened} onClose={close} title="Export the log" centered>
        <ExportListed indices={indices} />
        <Text mt="lg" mb="sm">
          Or the whole log: one file with every entry, the tree’s hashes and the signed head. Whoever has it can verify
          it without this server; that you exported it is an entry itself.
        </Text>
        <Button fullWidth loading={received !== null} onClick={() => void download()} data-autofocus>
          Download {fileName}
        </Button>
        <Text size="sm" c="dimmed" mt={6} role="status">
          {received === null ? '\u00a0' : `${formatBytes(received)} so far`}
        </Text>
        {error !== null && <ProblemAlert error={error} />}
        <Text mt="sm" size="sm">
          To verify it, on any machine:
        </Text>
        <div className={classes.command}>
          <code>{command}</code>
          <CopyButton value={command} label="Copy the command" />
        </div>
      </Modal>
    </>
  )
}
