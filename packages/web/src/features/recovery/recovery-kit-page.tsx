import { Button, Group } from '@mantine/core'
import type { RecoveryKit } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import Printer from 'lucide-react/icons/printer'
import { askJson } from '../../api/data-plane.ts'
import { useProjectId } from '../../api/projects.ts'
import { useDataPlane } from '../../api/use-data.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { downloadBlob } from '../results/download.ts'
import { GoOn } from './go-on.tsx'
import { KitSheet } from './kit-sheet.tsx'
import classes from './recovery-kit-page.module.css'

/** What rebuilds a lost data folder, sealed by the data plane to this browser alone; to be printed or kept offline. */
export function RecoveryKitPage() {
  const project = useProjectId()
  const plane = useDataPlane(project)
  const kit = useQuery({
    queryKey: ['recovery-kit', project],
    queryFn: async ({ signal }) => (await askJson(plane, 'recovery.kit', {}, signal)) as RecoveryKit,
    // Each time that it is asked for is in the log: once is enough.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  return (
    <>
      <div className={classes.screen}>
        <PageHeader
          title="Recovery kit"
          about="If the data plane’s folder is lost, this alone opens your data again. Print it, or keep the file where no one else reaches it. It was sealed to this browser; the operator has not seen it."
        />
      </div>
      {kit.data !== undefined ? (
        <Kit kit={kit.data} />
      ) : kit.error !== null ? (
        <ProblemAlert error={kit.error} onRetry={() => void kit.refetch()} />
      ) : (
        <BlockSkeleton height={420} />
      )}
      <GoOn project={project} ready={kit.data !== undefined} />
    </>
  )
}

function Kit({ kit }: { readonly kit: RecoveryKit }) {
  return (
    <>
      <Group className={classes.screen} mb="md">
        <Button leftSection={<Printer size={16} aria-hidden="true" />} onClick={() => print()}>
          Print
        </Button>
        <Button
          variant="default"
          leftSection={<Download size={16} aria-hidden="true" />}
          onClick={() =>
            downloadBlob(
              new Blob([JSON.stringify(kit, null, 2)], { type: 'application/json' }),
              `keyhold-recovery-kit-${kit.organisation}.json`,
            )
          }
        >
          Save the file
        </Button>
      </Group>
      <KitSheet kit={kit} />
    </>
  )
}
