import type { QueryParameter, Tile } from '@keyhold/contract'
import { memo, type CSSProperties } from 'react'
import { useTurn } from '../../ui/in-turn.ts'
import { ReportTile } from './report-tile.tsx'
import { TextTile } from './text-tile.tsx'
import { TileFrame } from './tile-frame.tsx'
import { orderTiles } from './tile-places.ts'
import classes from './view-grid.module.css'

type Props = {
  readonly project: string
  readonly tiles: readonly Tile[]
  readonly values: ReadonlyMap<string, QueryParameter>
}

/** Tiles where they lie; on narrow screens one below the other, in the order of reading. */
export const ViewGrid = memo(function ViewGrid({ project, tiles, values }: Props) {
  return (
    <div className={classes.grid}>
      {orderTiles(tiles).map((tile) => (
        <div key={tile.id} className={classes.cell} style={placeStyle(tile)} data-kind={tile.kind}>
          {tile.kind === 'text' ? <TextTile tile={tile} /> : <InTurn project={project} tile={tile} values={values} />}
        </div>
      ))}
    </div>
  )
})

/** A dashboard's tiles are rendered one a frame, so that the page answers while they come. */
function InTurn(props: Parameters<typeof ReportTile>[0]) {
  return useTurn() ? <ReportTile {...props} /> : <TileFrame title={props.tile.title}>{null}</TileFrame>
}

function placeStyle({ place: { x, y, w, h } }: Tile): CSSProperties {
  return { '--x': x + 1, '--y': y + 1, '--w': w, '--h': h } as CSSProperties
}
