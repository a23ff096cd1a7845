import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { openWorkFolder } from './work-folder.ts'

const sizeBytes = 1 << 24

test('AIV-03: the folder is private, and what is weaker than unswappable memory has a finding', () => {
  const folder = openWorkFolder({ name: 'any', sizeBytes })
  console.log(`the work folder here is ${folder.kind}`)
  assert.equal(statSync(folder.path).mode & 0o777, 0o700)
  assert.equal(folder.finding === undefined, folder.kind === 'noswap-tmpfs')
  folder.remove()
  folder.remove()
  assert.equal(existsSync(folder.path), false)
})

test('unswappable memory is bounded and gone once removed', (context) => {
  const folder = openWorkFolder({ name: 'bounded', sizeBytes })
  if (folder.kind !== 'noswap-tmpfs') {
    folder.remove()
    return context.skip('no noswap tmpfs here')
  }
  const mount = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .find((line) => line.includes(folder.path))
  assert.match(mount ?? '', /noswap/)
  assert.throws(() => writeFileSync(`${folder.path}/big`, Buffer.alloc(sizeBytes * 2)), { code: 'ENOSPC' })
  folder.remove()
  assert.equal(readFileSync('/proc/self/mounts', 'utf8').includes(folder.path), false)
})

for (const kind of ['tmpfs', 'disk'] as const) {
  test(`a folder on ${kind} says what is weak about it`, (context) => {
    if (kind === 'tmpfs' && !existsSync('/dev/shm')) return context.skip('no /dev/shm here')
    const folder = openWorkFolder({ name: `weak-${kind}`, sizeBytes, kinds: [kind] })
    assert.equal(folder.kind, kind)
    assert.ok(folder.finding)
    folder.remove()
    assert.equal(existsSync(folder.path), false)
  })
}

test('leftovers of a run that is gone are removed, those of a live one and of others are not', () => {
  const gone = `${tmpdir()}/keyhold-left-4194303-abc`
  const other = `${tmpdir()}/keyhold-leftish-4194303-abc`
  const live = `${tmpdir()}/keyhold-left-${process.ppid}-abc`
  for (const path of [gone, other, live]) mkdirSync(path, { recursive: true })
  writeFileSync(`${gone}.pid`, '4194303')
  writeFileSync(`${live}.pid`, String(process.ppid))
  const folder = openWorkFolder({ name: 'left', sizeBytes, kinds: ['disk'] })
  assert.deepEqual(
    [gone, other, live].map((path) => existsSync(path)),
    [false, true, true],
  )
  folder.remove()
  for (const path of [other, live]) rmSync(path, { recursive: true })
  rmSync(`${live}.pid`)
})
