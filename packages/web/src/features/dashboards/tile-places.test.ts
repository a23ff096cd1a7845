import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gridColumns, type Tile } from '@keyhold/contract'
import { array, assert as check, constantFrom, integer, property, record, boolean } from 'fast-check'
import { findPlace, heightOf, orderTiles, placeTile, settleTiles, stepTile } from './tile-places.ts'

const tile = (id: string, x: number, y: number, w: number, h: number): Tile => ({
  kind: 'text',
  id,
  text: '',
  place: { x, y, w, h },
})
const show = (tiles: readonly Tile[]): string[] =>
  tiles.map(({ id, place: { x, y, w, h } }) => `${id} ${x},${y} ${w}×${h}`)

const anyTiles = array(
  record({
    x: integer({ min: 0, max: 11 }),
    y: integer({ min: 0, max: 9 }),
    w: integer({ min: 1, max: 12 }),
    h: integer({ min: 1, max: 5 }),
  }),
  { maxLength: 9 },
).map((places) =>
  places.map((place, index) => tile(`t${index}`, Math.min(place.x, gridColumns - place.w), place.y, place.w, place.h)),
)

function assertTidy(tiles: readonly Tile[]): void {
  const taken = new Set<string>()
  for (const { place } of tiles) {
    assert.ok(place.x >= 0 && place.x + place.w <= gridColumns && place.y >= 0)
    for (let x = place.x; x < place.x + place.w; x++) {
      for (let y = place.y; y < place.y + place.h; y++) {
        assert.ok(!taken.has(`${x},${y}`), `two tiles at ${x},${y}`)
        taken.add(`${x},${y}`)
      }
    }
  }
  for (const { place } of tiles) {
    const above = Array.from({ length: place.w }, (_, column) => `${place.x + column},${place.y - 1}`)
    assert.ok(place.y === 0 || above.some((cell) => taken.has(cell)), 'a tile hangs in the air')
  }
}

test('whatever the tiles, they settle without overlap and without gaps above them', () => {
  check(property(anyTiles, (tiles) => assertTidy(settleTiles(tiles))))
})

test('whatever key is pressed on whatever tile, all stay inside, apart and down to the ground', () => {
  const keys = constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown')
  check(
    property(
      anyTiles,
      array(record({ key: keys, resize: boolean(), at: integer({ min: 0, max: 8 }) })),
      (tiles, presses) => {
        let now = settleTiles(tiles)
        for (const { key, resize, at } of presses) {
          const { id } = now[at % Math.max(1, now.length)] ?? {}
          if (id !== undefined) now = stepTile(now, id, key, resize)
          assertTidy(now)
        }
        assert.equal(now.length, tiles.length)
      },
    ),
  )
})

test('a tile that is put onto others pushes them down', () => {
  const tiles = [tile('a', 0, 0, 6, 2), tile('b', 6, 0, 6, 2), tile('c', 0, 2, 12, 3)]
  assert.deepEqual(show(placeTile(tiles, 'c', { x: 0, y: 0, w: 12, h: 3 })), ['a 0,3 6×2', 'b 6,3 6×2', 'c 0,0 12×3'])
})

test('arrows move a tile past its neighbours, and with Shift change its size', () => {
  const tiles = [tile('a', 0, 0, 4, 2), tile('b', 0, 2, 4, 3)]
  assert.deepEqual(show(stepTile(tiles, 'a', 'ArrowRight', false)), ['a 1,0 4×2', 'b 0,2 4×3'])
  assert.deepEqual(show(stepTile(tiles, 'a', 'ArrowDown', false)), ['a 0,3 4×2', 'b 0,0 4×3'])
  assert.deepEqual(show(stepTile(tiles, 'b', 'ArrowUp', false)), ['a 0,3 4×2', 'b 0,0 4×3'])
  assert.deepEqual(show(stepTile(tiles, 'a', 'ArrowRight', true)), ['a 0,0 5×2', 'b 0,2 4×3'])
  assert.deepEqual(show(stepTile(tiles, 'a', 'ArrowUp', true)), ['a 0,0 4×1', 'b 0,1 4×3'])
  assert.deepEqual(stepTile(tiles, 'a', 'Enter', false), tiles)
})

test('on a narrow screen tiles come in the order of reading', () => {
  const tiles = [tile('c', 0, 4, 2, 2), tile('b', 6, 0, 6, 4), tile('a', 0, 0, 6, 4)]
  assert.deepEqual(
    orderTiles(tiles).map(({ id }) => id),
    ['a', 'b', 'c'],
  )
})

test('a new tile takes the highest place that is free and wide enough', () => {
  const tiles = [tile('a', 0, 0, 8, 2), tile('b', 0, 2, 12, 2)]
  assert.deepEqual(findPlace(tiles, 4, 2), { x: 8, y: 0, w: 4, h: 2 })
  assert.deepEqual(findPlace(tiles, 6, 3), { x: 0, y: 4, w: 6, h: 3 })
  assert.equal(heightOf(2), 128)
})
