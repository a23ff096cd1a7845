import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { UploadClosing } from '@keyhold/contract'
import { ContentDigest, drawSigningSeed, importSigningSeed, verifyStatement } from '@keyhold/sealed'
import { CliError } from '../errors.ts'
import { openTestSession } from '../testing/test-session.ts'
import { TestServer, type StoredUpload } from '../testing/test-server.ts'
import type { ProjectSession } from '../session/session.ts'
import { uploadFile, type UploadRequest } from './upload-file.ts'

let server: TestServer
let folder: string

before(async () => {
  server = await TestServer.start()
})
after(() => server.stop())
beforeEach(() => {
  server.uploads.clear()
  server.onChunk = () => undefined
  server.setSigner = server.anchor
  server.setNumber = 1
  folder = mkdtempSync(join(tmpdir(), 'keyhold-cli-'))
})

async function withSession<T>(work: (session: ProjectSession) => Promise<T>): Promise<T> {
  const { session, end } = await openTestSession(server)
  try {
    return await work(session)
  } finally {
    await end()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Choice = Partial<UploadRequest> & { said?: string[] }

function makeRequest(session: ProjectSession, path: string, choice: Choice = {}): UploadRequest {
  const { said = [], ...more } = choice
  return {
    session,
    home: join(folder, 'home'),
    path,
    target: { bucket: 'main', table: 'things', tableId: server.tableId },
    mode: 'replace',
    settings: { fileName: 'things.csv', format: 'csv' },
    restart: false,
    now: () => Date.now(),
    signal: new AbortController().signal,
    report: {
      resumed: () => said.push('resumed'),
      startedOver: (reason) => said.push(`over: ${reason}`),
      progress: () => undefined,
    },
    ...more,
  }
}

function writeSource(length: number): { path: string; bytes: Buffer } {
  const bytes = randomBytes(length)
  const path = join(folder, 'things.csv')
  writeFileSync(path, bytes)
  return { path, bytes }
}

function onlyUpload(): StoredUpload {
  const open = [...server.uploads.values()].filter(({ state }) => state !== 'abandoned')
  assert.equal(open.length, 1)
  return open[0] as StoredUpload
}

async function assertWhole(session: ProjectSession, upload: StoredUpload, bytes: Buffer): Promise<void> {
  assert.ok(Buffer.from(await server.open(upload)).equals(bytes))
  assert.ok(upload.closing)
  const closing = (await verifyStatement(session.signer.publicKey, 'upload-closing', upload.closing)) as unknown
  const { ciphertextHash, ciphertextLength, mode } = closing as UploadClosing
  const digest = new ContentDigest(upload.headerLength)
  await digest.push(upload.content)
  assert.equal(ciphertextHash, await digest.finish())
  assert.equal(ciphertextLength, upload.content.length)
  assert.equal(mode, upload.mode)
}

/** Breaks the connection once, after this many bytes of a PATCH. */
function breakAfter(bytes: number): void {
  let left = bytes
  server.onChunk = (received, request) => {
    left -= received
    if (left > 0) return
    server.onChunk = () => undefined
    request.destroy()
  }
}

describe('an upload', () => {
  for (const length of [1, 262_112, 262_113, 3 * 262_112, 9_000_000]) {
    test(`KEB-01: of ${length} bytes arrives as what the data plane reads, with a closing over exactly its bytes`, async () => {
      await withSession(async (session) => {
        const { path, bytes } = writeSource(length)
        const finished = await uploadFile(makeRequest(session, path))
        await assertWhole(session, onlyUpload(), bytes)
        assert.equal(finished.length, onlyUpload().length)
        assert.deepEqual(readdirSync(join(folder, 'home', 'journals')), [])
      })
    })
  }

  test('goes on by itself when the connection breaks in the middle of a segment', async () => {
    await withSession(async (session) => {
      const { path, bytes } = writeSource(9_000_000)
      breakAfter(3_333_333)
      await uploadFile(makeRequest(session, path))
      await assertWhole(session, onlyUpload(), bytes)
    })
  })

  test('goes on in another process from the journal, and only the same file under the same key', async () => {
    await withSession(async (session) => {
      const { path, bytes } = writeSource(9_000_000)
      await assert.rejects(interruptAfter(session, path, 4_000_000))
      const [journal = ''] = readdirSync(join(folder, 'home', 'journals'))
      assert.equal(statSync(join(folder, 'home', 'journals', journal)).mode & 0o777, 0o600)
      const kept = onlyUpload().content.length
      assert.ok(kept > 262_144 && kept < onlyUpload().length)
      const said: string[] = []
      const finished = await uploadFile(makeRequest(session, path, { said }))
      assert.deepEqual(said, ['resumed'])
      assert.ok(finished.resumed)
      await assertWhole(session, onlyUpload(), bytes)
    })
  })

  test('starts over under a new key when the source has changed since', async () => {
    await withSession(async (session) => {
      const { path, bytes } = writeSource(9_000_000)
      await assert.rejects(interruptAfter(session, path, 4_000_000))
      const first = onlyUpload()
      bytes[100] = (bytes[100] ?? 0) ^ 1
      writeFileSync(path, bytes)
      const said: string[] = []
      await uploadFile(makeRequest(session, path, { said }))
      assert.deepEqual(said, ['over: the file has changed since'])
      assert.equal(first.state, 'abandoned')
      assert.notEqual(onlyUpload().file, first.file)
      await assertWhole(session, onlyUpload(), bytes)
    })
  })

  test('starts over when mode or settings differ, and when the server has lost it', async () => {
    await withSession(async (session) => {
      const { path, bytes } = writeSource(2_000_000)
      await assert.rejects(interruptAfter(session, path, 600_000))
      await assert.rejects(interruptAfter(session, path, 600_000, { mode: 'append' }))
      assert.equal(onlyUpload().mode, 'append')
      server.uploads.clear()
      const said: string[] = []
      await uploadFile(makeRequest(session, path, { mode: 'append', said }))
      assert.deepEqual(said, ['resumed', 'over: the server no longer has what was sent'])
      await assertWhole(session, onlyUpload(), bytes)
    })
  })

  test('whose import failed meanwhile tells why; one whose import was cancelled starts over', async () => {
    await withSession(async (session) => {
      const { path, bytes } = writeSource(2_000_000)
      await assert.rejects(interruptAfter(session, path, 600_000))
      onlyUpload().state = 'abandoned'
      server.jobState = 'failed'
      await assert.rejects(uploadFile(makeRequest(session, path)), { name: 'JobProblem', code: 'import.bad_row' })
      assert.deepEqual(readdirSync(join(folder, 'home', 'journals')), [])
      await assert.rejects(interruptAfter(session, path, 600_000))
      onlyUpload().state = 'abandoned'
      server.jobState = 'cancelled'
      await uploadFile(makeRequest(session, path))
      await assertWhole(session, onlyUpload(), bytes)
    })
  })

  test('refuses sealing keys that the pinned anchor did not sign, before anything is sent', async () => {
    await withSession(async (session) => {
      const { path } = writeSource(1000)
      server.setSigner = await importSigningSeed(drawSigningSeed())
      await assert.rejects(uploadFile(makeRequest(session, path)), { code: 'anchor.set_not_signed' })
      assert.equal(server.uploads.size, 0)
    })
  })

  test('refuses a set of sealing keys older than one that was seen', async () => {
    await withSession(async (session) => {
      const { path } = writeSource(1000)
      server.setNumber = 7
      await uploadFile(makeRequest(session, path))
      server.setNumber = 6
      await assert.rejects(uploadFile(makeRequest(session, path)), { code: 'anchor.set_rolled_back' })
    })
  })

  test('says what is wrong with a source that cannot be uploaded', async () => {
    await withSession(async (session) => {
      const { path } = writeSource(0)
      await assert.rejects(uploadFile(makeRequest(session, path)), isCliError('upload.source_empty'))
      await assert.rejects(uploadFile(makeRequest(session, folder)), isCliError('input.unreadable'))
      await assert.rejects(uploadFile(makeRequest(session, join(folder, 'none'))), isCliError('input.unreadable'))
      assert.ok(!existsSync(join(folder, 'home', 'journals')))
    })
  })
})

function isCliError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof CliError && error.code === code
}

/** An upload that its user stops after about this many bytes. */
async function interruptAfter(
  session: ProjectSession,
  path: string,
  bytes: number,
  choice: Choice = {},
): Promise<void> {
  const abort = new AbortController()
  let left = bytes
  server.onChunk = (received) => {
    left -= received
    if (left <= 0) abort.abort()
  }
  try {
    await uploadFile(makeRequest(session, path, { ...choice, signal: abort.signal }))
  } finally {
    server.onChunk = () => undefined
    await server.settle()
  }
}
