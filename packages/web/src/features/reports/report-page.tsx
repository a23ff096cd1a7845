import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import SquarePen from 'lucide-react/icons/square-pen'
import { documentOptions, useAsk } from '../../api/documents.ts'
import { useProjectId } from '../../api/projects.ts'
import { readReport, type Report } from '../../api/report.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Time } from '../../ui/figures.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import classes from './report-page.module.css'
import { ReportView } from './report-view.tsx'

/** One report at its own address, for everyone in the project. */
export function ReportPage() {
  const project = useProjectId()
  const { report: id } = useParams({ from: '/member/p/$project/reports/$report' })
  const ask = useAsk(project)
  const document = useQuery(documentOptions(ask, project, id))
  const report = useQuery({ ...documentOptions(ask, project, id), select: readReport })
  if (report.error !== null) {
    return (
      <>
        <PageHeader title="Report" />
        <ProblemAlert error={report.error} onRetry={() => void report.refetch()} />
      </>
    )
  }
  if (report.data === undefined) {
    return (
      <>
        <PageHeader title="Report" />
        <BlockSkeleton height={420} />
      </>
    )
  }
  return (
    <>
      <PageHeader
        title={report.data.title}
        about={<About report={report.data} updated={document.data?.updated ?? null} />}
        actions={
          <>
            <CopyButton value={location.href} label="Copy the address" />
            <Button
              leftSection={<SquarePen size={15} aria-hidden="true" />}
              renderRoot={(props) => (
                <Link to="/p/$project/explore" params={{ project }} hash={`report=${id}`} {...props} />
              )}
            >
              Open in Explore
            </Button>
          </>
        }
      />
      <div className={classes.report}>
        <ReportView key={`${id} ${report.data.version}`} project={project} report={report.data} />
      </div>
    </>
  )
}

function About({ report, updated }: { readonly report: Report; readonly updated: string | null }) {
  return (
    <>
      {report.body.description !== '' && <>{report.body.description} </>}
      {updated !== null && (
        <>
          Saved <Time value={updated} />.
        </>
      )}
    </>
  )
}
