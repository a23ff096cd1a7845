import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSeccompFilter } from './seccomp.ts'

type Call = { readonly architecture: number; readonly number: number; readonly arguments?: readonly number[] }

/** Runs a classic BPF filter as the kernel does (Documentation/networking/filter.rst), for the codes that are used. */
function runFilter(filter: Buffer, call: Call): number {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(call.number, 0)
  data.writeUInt32LE(call.architecture, 4)
  call.arguments?.forEach((value, index) => data.writeUInt32LE(value, 16 + index * 8))
  let accumulator = 0
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at)
    const value = filter.readUInt32LE(at + 4)
    if (code === 0x06) return value
    if (code === 0x20) accumulator = data.readUInt32LE(value)
    else {
      const holds = { 0x15: accumulator === value, 0x35: accumulator >= value, 0x45: (accumulator & value) !== 0 }[code]
      assert.notEqual(holds, undefined, `unknown code ${code}`)
      at += 8 * filter.readUInt8(holds === true ? at + 2 : at + 3)
    }
  }
  throw new Error('the filter ran off its end')
}

const allow = 0x7fff0000
const notPermitted = 0x00050001
const kill = 0x80000000
const architectures = {
  x64: { architecture: 0xc000003e, read: 0, clone: 56, socket: 41, mount: 165, ptrace: 101, ioctl: 16, execve: 59 },
  arm64: {
    architecture: 0xc00000b7,
    read: 63,
    clone: 220,
    socket: 198,
    mount: 40,
    ptrace: 117,
    ioctl: 29,
    execve: 221,
  },
}

for (const [name, known] of Object.entries(architectures)) {
  test(`on ${name} the filter refuses sockets, mounts, tracing and new processes, and lets work go on`, () => {
    const filter = makeSeccompFilter(name)
    assert.ok(filter)
    const { architecture } = known
    const answer = (number: number, ...values: number[]) =>
      runFilter(filter, { architecture, number, arguments: values })
    for (const number of [known.read, known.execve]) assert.equal(answer(number), allow)
    for (const number of [known.socket, known.mount, known.ptrace, 425, 428]) assert.equal(answer(number), notPermitted)
    assert.equal(answer(435), 0x00050026, 'clone3 does not exist')
    assert.equal(answer(known.clone, 0x3d0f00), allow, 'a thread')
    assert.equal(answer(known.clone, 0x01200011), notPermitted, 'a process')
    assert.equal(answer(known.ioctl, 1, 0x5413), allow)
    assert.equal(answer(known.ioctl, 1, 0x5412), notPermitted)
    assert.equal(runFilter(filter, { architecture: 1, number: known.read }), kill, 'another architecture')
  })
}

test('on x64 the x32 calls are refused, and an unknown architecture has no filter', () => {
  const filter = makeSeccompFilter('x64')
  assert.ok(filter)
  assert.equal(runFilter(filter, { architecture: 0xc000003e, number: 0x40000000 }), kill)
  assert.equal(makeSeccompFilter('mips'), null)
})
