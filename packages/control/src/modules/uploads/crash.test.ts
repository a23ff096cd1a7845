import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomInt, randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Upload } from '@keyhold/contract'
import { openServerIdentity } from '../../platform/tls/authority.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { silentLog } from '../../platform/log.ts'
import {
  callNode,
  makePlace,
  type Place,
  readJson,
  startWorkDatabase,
  type WorkDatabase,
} from '../jobs/testing/work-world.ts'

type Running = { readonly url: string; readonly authority: string; readonly child: ChildProcess }

let world: WorkDatabase
let place: Place
let running: Running

before(async () => {
  world = await startWorkDatabase()
  const database = openDatabase(world.app, silentLog)
  place = await makePlace({ database })
  await database.close()
  running = await start()
})
after(async () => {
  running.child.kill('SIGKILL')
  await world.stop()
})

/** A control node in a process of its own. */
async function start(): Promise<Running> {
  const program = fileURLToPath(new URL('../jobs/testing/work-node-process.ts', import.meta.url))
  const options = JSON.stringify({ home: world.home, app: world.app, queue: world.queue, authoriser: world.authoriser })
  const child = spawn(process.execPath, [program, options], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const { port } = JSON.parse(line) as { port: number }
  return { url: `https://127.0.0.1:${port}`, authority: openServerIdentity(join(world.home, 'tls')).authority, child }
}

async function killAndRestart(): Promise<void> {
  running.child.kill('SIGKILL')
  await once(running.child, 'exit')
  running = await start()
}

const geometry = { headerLength: 300, segmentLength: 262_144 }

async function createUpload(length: number): Promise<Upload> {
  const answer = await callNode(running, 'POST', `/v1/projects/${place.project}/uploads`, {
    bearer: place.owner,
    body: { table: place.table, mode: 'replace', file: randomUUIDv7(), length, ...geometry, opening: 'AAAA' },
  })
  assert.equal(answer.status, 201, answer.body.toString())
  return readJson<{ upload: Upload }>(answer).upload
}

const content = (upload: Upload) => `/v1/projects/${place.project}/uploads/${upload.id}/content`

async function readOffset(upload: Upload): Promise<number> {
  const headers = { 'tus-resumable': '1.0.0' }
  const answer = await callNode(running, 'HEAD', content(upload), { bearer: place.owner, headers })
  assert.equal(answer.status, 200)
  return Number(answer.headers['upload-offset'])
}

/** Sends until `bytes` are out; the connection stays open with the rest owed. */
async function sendPart(upload: Upload, offset: number, bytes: Buffer, owed: number): Promise<void> {
  const request = httpsRequest(`${running.url}${content(upload)}`, {
    method: 'PATCH',
    ca: running.authority,
    agent: false,
    headers: {
      authorization: `Bearer ${place.owner}`,
      'tus-resumable': '1.0.0',
      'upload-offset': `${offset}`,
      'content-type': 'application/offset+octet-stream',
      'content-length': `${owed}`,
    },
  })
  request.on('error', () => {})
  await new Promise((resolve) => request.write(bytes, resolve))
}

test('an upload survives SIGKILL of the server at any byte: what was acknowledged is there, and the client goes on', async () => {
  const bytes = randomBytes(90_000_000)
  const upload = await createUpload(bytes.length)
  let offset = 0
  let acknowledged = 0
  while (offset < bytes.length) {
    const end = Math.min(bytes.length, offset + randomInt(1, 45_000_000))
    if (end === bytes.length) break
    await sendPart(upload, offset, bytes.subarray(offset, end), bytes.length - offset)
    await killAndRestart()
    offset = await readOffset(upload)
    assert.ok(offset >= acknowledged, 'an acknowledged byte was lost')
    const whole = offset === 0 || (offset - geometry.headerLength) % geometry.segmentLength === 0
    assert.ok(whole, `${offset} is within a segment`)
    const held =
      offset === 0 ? Buffer.alloc(0) : await readFile(join(world.home, 'uploads', place.organisation, upload.id))
    assert.ok(held.subarray(0, offset).equals(bytes.subarray(0, offset)))
    acknowledged = offset
  }
  const answer = await callNode(running, 'PATCH', content(upload), {
    bearer: place.owner,
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': `${offset}`,
      'content-type': 'application/offset+octet-stream',
    },
    body: bytes.subarray(offset),
  })
  assert.equal(answer.status, 204, answer.body.toString())
  assert.ok((await readFile(join(world.home, 'uploads', place.organisation, upload.id))).equals(bytes))
})
