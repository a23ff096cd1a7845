import { Button, Group, Modal, Text } from '@mantine/core'
import { roleMay } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import { useState } from 'react'
import { downloadMyData, privacyOptions } from '../../api/privacy.ts'
import { useSession } from '../../api/use-data.ts'
import { formatMoment } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { peopleOptions } from '../../api/people.ts'
import { EraseDialog } from '../personal/erase-dialog.tsx'
import { NoticeText } from '../personal/notice-text.tsx'
import { noticeTitle } from '../personal/notice.ts'
import { RetentionForm } from '../personal/retention-form.tsx'
import { downloadBlob } from '../results/download.ts'

/** CLN-08: what is kept about the person, to take away or to have erased. */
export function YourDataPanel() {
  const { self } = useSession()
  const privacy = useQuery(privacyOptions)
  const role = useQuery(peopleOptions).data?.find(({ id }) => id === self.id)?.role
  const [shown, setShown] = useState<'notice' | 'erase' | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const download = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      downloadBlob(await downloadMyData(), 'keyhold-my-data.json')
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const { notice, retentionDays } = privacy.data ?? {}
  return (
    <Panel title="Your data">
      <Text mb="sm">
        {notice?.agreed == null
          ? 'You have not agreed to the notice about personal data yet.'
          : `You agreed to the notice of ${notice.version} at ${formatMoment(notice.agreed)}.`}
      </Text>
      <Group gap="sm">
        <Button variant="default" onClick={() => setShown('notice')}>
          Read the notice
        </Button>
        <Button
          variant="default"
          leftSection={<Download size={16} aria-hidden="true" />}
          loading={busy}
          onClick={() => void download()}
        >
          Download my data
        </Button>
        <Button variant="default" color="wax" onClick={() => setShown('erase')}>
          Erase me …
        </Button>
      </Group>
      {error !== null && <ProblemAlert error={error} />}
      {privacy.isError && <ProblemAlert error={privacy.error} onRetry={() => void privacy.refetch()} />}
      {retentionDays !== undefined && role !== undefined && roleMay(role, 'people.manage') && (
        <RetentionForm key={retentionDays} days={retentionDays} />
      )}
      {shown === 'erase' && <EraseDialog onClose={() => setShown(null)} />}
      <Modal opened={shown === 'notice'} onClose={() => setShown(null)} title={noticeTitle} size="lg" centered>
        <NoticeText />
      </Modal>
    </Panel>
  )
}
