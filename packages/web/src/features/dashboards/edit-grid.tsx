import { ActionIcon, Tooltip } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { DashboardBody, QueryParameter, Tile } from '@keyhold/contract'
import GripVertical from 'lucide-react/icons/grip-vertical'
import Pencil from 'lucide-react/icons/pencil'
import X from 'lucide-react/icons/x'
import { useState, type KeyboardEvent } from 'react'
import { GridLayout, type Layout } from 'react-grid-layout'
import 'react-grid-layout/css/styles.css'
import { readNonce } from '../../ui/nonce.ts'
import { changeTile, removeTile } from './dashboard-body.ts'
import classes from './edit-grid.module.css'
import { ReportTile } from './report-tile.tsx'
import { TextTile } from './text-tile.tsx'
import { TileDialog } from './tile-dialog.tsx'
import { gap, orderTiles, rowHeight, settleTiles, stepTile } from './tile-places.ts'

type Props = {
  readonly project: string
  readonly tiles: readonly Tile[]
  readonly values: ReadonlyMap<string, QueryParameter>
  readonly onChange: (change: (body: DashboardBody) => DashboardBody) => void
}

// react-draggable writes a style element, and takes its nonce from where webpack would put it.
Object.assign(globalThis, { __webpack_nonce__: readNonce() })

const narrow = 640
const handleClass = 'kh-tile-handle'

/** Tiles that are moved and resized, by pointer or by keys. */
export function EditGrid({ project, tiles, values, onChange }: Props) {
  const { ref, width } = useElementSize()
  const [changing, setChanging] = useState<Tile | null>(null)
  const onLayoutChange = (layout: Layout): void => onChange((body) => applyLayout(body, layout))
  const onKey = (tile: Tile, event: KeyboardEvent): void => {
    if (!event.key.startsWith('Arrow')) return
    event.preventDefault()
    onChange((body) => ({ ...body, tiles: stepTile(body.tiles, tile.id, event.key, event.shiftKey) }))
  }
  const cells = orderTiles(tiles).map((tile) => (
    <div key={tile.id} className={classes.cell} data-tile={tile.id}>
      <TileTools
        tile={tile}
        onKey={(event) => onKey(tile, event)}
        onEdit={() => setChanging(tile)}
        onRemove={() => onChange((body) => removeTile(body, tile.id))}
      />
      {tile.kind === 'text' ? (
        <TextTile tile={tile} />
      ) : (
        <ReportTile project={project} tile={tile} values={values} editing />
      )}
    </div>
  ))
  return (
    <div ref={ref} className={classes.grid}>
      {width > narrow ? (
        <GridLayout
          width={width}
          layout={tiles.map(({ id, place }) => ({ i: id, ...place }))}
          gridConfig={{ cols: 12, rowHeight, margin: [gap, gap], containerPadding: [0, 0] }}
          dragConfig={{ handle: `.${handleClass}` }}
          resizeConfig={{ handles: ['se'] }}
          onDragStop={onLayoutChange}
          onResizeStop={onLayoutChange}
        >
          {cells}
        </GridLayout>
      ) : (
        <div className={classes.column}>{cells}</div>
      )}
      {changing !== null && (
        <TileDialog
          tile={changing}
          onClose={() => setChanging(null)}
          onChange={(changed) => {
            onChange((body) => changeTile(body, changed))
            setChanging(null)
          }}
        />
      )}
    </div>
  )
}

function applyLayout(body: DashboardBody, layout: Layout): DashboardBody {
  const places = new Map(layout.map(({ i, x, y, w, h }) => [i, { x, y, w, h }]))
  const moved = body.tiles.map((tile) => ({ ...tile, place: places.get(tile.id) ?? tile.place }))
  const same = moved.every(({ place }, index) => samePlace(place, body.tiles[index]?.place))
  return same ? body : { ...body, tiles: settleTiles(moved) }
}

function samePlace(a: Tile['place'], b: Tile['place'] | undefined): boolean {
  return a.x === b?.x && a.y === b.y && a.w === b.w && a.h === b.h
}

type ToolProps = {
  readonly tile: Tile
  readonly onKey: (event: KeyboardEvent) => void
  readonly onEdit: () => void
  readonly onRemove: () => void
}

function TileTools({ tile, onKey, onEdit, onRemove }: ToolProps) {
  const what = tile.kind === 'text' ? 'words' : tile.title === '' ? 'report' : tile.title
  return (
    <div className={classes.tools}>
      <Tooltip label="Arrow keys move, Shift and arrow keys resize" openDelay={600}>
        <ActionIcon
          variant="default"
          size="sm"
          className={`${handleClass} ${classes.handle}`}
          aria-label={`Move ${what}: arrow keys move it, Shift and arrow keys change its size`}
          onKeyDown={onKey}
        >
          <GripVertical size={14} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      <ActionIcon variant="default" size="sm" aria-label={`Change ${what}`} onClick={onEdit}>
        <Pencil size={13} aria-hidden="true" />
      </ActionIcon>
      <ActionIcon variant="default" size="sm" aria-label={`Take ${what} off`} onClick={onRemove}>
        <X size={14} aria-hidden="true" />
      </ActionIcon>
    </div>
  )
}
