import { Tooltip } from '@mantine/core'
import type { ChartKind } from '@keyhold/contract'
import ChartArea from 'lucide-react/icons/chart-area'
import ChartBar from 'lucide-react/icons/chart-bar'
import ChartColumn from 'lucide-react/icons/chart-column'
import ChartColumnBig from 'lucide-react/icons/chart-column-big'
import ChartLine from 'lucide-react/icons/chart-line'
import ChartPie from 'lucide-react/icons/chart-pie'
import ChartScatter from 'lucide-react/icons/chart-scatter'
import CircleDashed from 'lucide-react/icons/circle-dashed'
import Grid3x3 from 'lucide-react/icons/grid-3x3'
import Hash from 'lucide-react/icons/hash'
import classes from './chart-settings.module.css'

const kinds: readonly { readonly kind: ChartKind; readonly name: string; readonly icon: typeof Hash }[] = [
  { kind: 'column', name: 'Columns', icon: ChartColumn },
  { kind: 'bar', name: 'Bars', icon: ChartBar },
  { kind: 'line', name: 'Line', icon: ChartLine },
  { kind: 'area', name: 'Area', icon: ChartArea },
  { kind: 'scatter', name: 'Scatter', icon: ChartScatter },
  { kind: 'pie', name: 'Pie', icon: ChartPie },
  { kind: 'donut', name: 'Ring', icon: CircleDashed },
  { kind: 'number', name: 'Number', icon: Hash },
  { kind: 'histogram', name: 'Histogram', icon: ChartColumnBig },
  { kind: 'heatmap', name: 'Heat map', icon: Grid3x3 },
]

type Props = { readonly value: ChartKind; readonly onChange: (kind: ChartKind) => void }

/** The kinds of charts, to press one. */
export function KindPicker({ value, onChange }: Props) {
  return (
    <div role="group" aria-label="Kind of chart" className={classes.kinds}>
      {kinds.map(({ kind, name, icon: Icon }) => (
        <Tooltip key={kind} label={name} withinPortal>
          <button
            type="button"
            className={classes.kind}
            aria-label={name}
            aria-pressed={kind === value}
            onClick={() => onChange(kind)}
          >
            <Icon size={17} aria-hidden="true" />
          </button>
        </Tooltip>
      ))}
    </div>
  )
}
