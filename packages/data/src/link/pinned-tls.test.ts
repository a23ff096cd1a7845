import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestControl } from '../testing/test-control.ts'
import { connectPinned } from './pinned-tls.ts'

test('AIV-05: a server that does not hold the pinned key is refused before anything is sent', async () => {
  const control = await TestControl.start()
  const socket = await connectPinned({ url: control.url, pin: control.pin })
  assert.equal(socket.getProtocol(), 'TLSv1.3')
  socket.destroy()
  const other = control.pin.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))
  await assert.rejects(connectPinned({ url: control.url, pin: other }), { code: 'link.wrong_server' })
  await control.stop()
})
