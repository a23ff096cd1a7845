import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LedgerError } from './errors.ts'
import {
  decodeEntryBundle,
  encodeEntryBundle,
  formatEntriesPath,
  formatTilePath,
  parseTilePath,
  widthInTree,
} from './tiles.ts'
import { growTree } from './test-tree.ts'

const malformed = (error: unknown) => error instanceof LedgerError && error.code === 'ledger.tile_malformed'

test('tile paths are those of tlog-tiles', () => {
  assert.equal(formatTilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067')
  assert.equal(formatTilePath({ level: 1, index: 0, width: 17 }), 'tile/1/000.p/17')
  assert.equal(formatTilePath({ level: 63, index: 999, width: 1 }), 'tile/63/999.p/1')
  assert.equal(formatEntriesPath(1000), 'tile/entries/x001/000')
  assert.equal(formatEntriesPath(273, 112), 'tile/entries/273.p/112')
})

test('every path is read back to its coordinates, and nothing else is a path', () => {
  const level = fc.integer({ min: 0, max: 63 })
  const index = fc.maxSafeNat()
  const width = fc.integer({ min: 1, max: 256 })
  fc.assert(
    fc.property(level, index, width, (level, index, width) => {
      assert.deepEqual(parseTilePath(formatTilePath({ level, index, width })), { level, index, width })
      assert.deepEqual(parseTilePath(formatEntriesPath(index, width)), { level: 'entries', index, width })
    }),
  )
  for (const path of [
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/64/000',
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/000/',
    '/tile/0/000',
    'tile/data/000',
    'tile/0/../000',
    'tile/0/000\n',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
  ]) {
    assert.throws(() => parseTilePath(path), malformed, path)
  }
})

test('a tree of 70,000 leaves has the tiles that tlog-tiles counts', () => {
  const paths = [...growTree([70_000]).tiles.keys()]
  assert.equal(paths.filter((path) => /^tile\/0\/(x\d+\/)?\d+$/.test(path)).length, 273)
  assert.deepEqual(
    paths.filter((path) => !/^tile\/0\/(x\d+\/)?\d+$/.test(path)),
    ['tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1'],
  )
  assert.equal(widthInTree(70_000, 0, 273), 112)
  assert.equal(widthInTree(70_000, 0, 274), 0)
})

test('entry bundles are read back; cut or overfull ones are refused', () => {
  const entry = fc.uint8Array({ maxLength: 400 })
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 256 }), (entries) => {
      const bundle = encodeEntryBundle(entries)
      assert.deepEqual(decodeEntryBundle(bundle), entries)
      if (bundle.length > 0) {
        assert.throws(
          () => decodeEntryBundle(bundle.subarray(0, -1)),
          (error) => malformed(error) || entries.at(-1)!.length === 0,
        )
      }
    }),
  )
  assert.throws(() => decodeEntryBundle(new Uint8Array([0])), malformed)
  assert.throws(() => decodeEntryBundle(new Uint8Array(2 * 257)), malformed)
  assert.throws(() => encodeEntryBundle([new Uint8Array(65_536)]), LedgerError)
})
