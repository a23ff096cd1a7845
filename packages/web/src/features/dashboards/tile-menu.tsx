import { ActionIcon, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import Ellipsis from 'lucide-react/icons/ellipsis'
import { useState, type ReactNode } from 'react'
import type { QueryAnswer } from '../../api/data-plane.ts'
import { formatQuantity } from '../../ui/format.ts'
import type { ChartHandle } from '../charts/chart-props.ts'
import { downloadBlob, fileNameOf } from '../results/download.ts'
import { makeCsv } from '../results/write-csv.ts'
import type { Report } from '../../api/report.ts'

type Props = {
  readonly project: string
  readonly report: Report
  readonly answer: QueryAnswer | undefined
  readonly asTable: boolean
  readonly onTable: (asTable: boolean) => void
  /** The drawn chart, while there is one. */
  readonly drawn: ChartHandle | null
}

/** What can be done with one tile. The menu is made when it is first wanted: a dashboard has many tiles. */
export function TileMenu(props: Props) {
  const [wanted, setWanted] = useState(false)
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`More of ${props.report.title}`}
      {...(wanted ? {} : { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: () => setWanted(true) })}
    >
      <Ellipsis size={16} aria-hidden="true" />
    </ActionIcon>
  )
  return wanted ? <OpenedMenu {...props} button={button} /> : button
}

function OpenedMenu({
  project,
  report,
  answer,
  asTable,
  onTable,
  drawn,
  button,
}: Props & { readonly button: ReactNode }) {
  return (
    <Menu position="bottom-end" width={220} defaultOpened>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        {report.body.chart !== null && (
          <Menu.Item onClick={() => onTable(!asTable)}>{asTable ? 'Show as a chart' : 'Show as a table'}</Menu.Item>
        )}
        <Menu.Item
          renderRoot={(props) => (
            <Link to="/p/$project/reports/$report" params={{ project, report: report.id }} {...props} />
          )}
        >
          Open the report
        </Menu.Item>
        {drawn !== null && (
          <Menu.Item
            onClick={() => void drawn.toPng().then((picture) => downloadBlob(picture, fileNameOf(report.title, 'png')))}
          >
            Download the picture
          </Menu.Item>
        )}
        {answer !== undefined && (
          <Menu.Item
            onClick={() => void makeCsv(answer.table).then((csv) => downloadBlob(csv, fileNameOf(report.title, 'csv')))}
          >
            Download the rows (CSV)
          </Menu.Item>
        )}
        {answer !== undefined && <Menu.Label>{describe(answer)}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}

function describe({ table, meta }: QueryAnswer): string {
  const from = meta.cached ? ', from the cache' : ''
  return `${formatQuantity(table.rows, 'row')}${from}${meta.attested ? ', attested' : ''}`
}
