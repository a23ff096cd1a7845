import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type { ClaimedJob, Job, Manifest, Signed } from '@keyhold/contract'
import { digestStatement } from '@keyhold/sealed'
import {
  connectTestPlane,
  enrolTestPlane,
  makeKeys,
  makeTestPlane,
  type TestDataPlane,
} from './testing/test-data-plane.ts'
import type { WorkNode } from './testing/work-node.ts'
import { closeUpload, prepareCommit, sendUpload, stageObject } from './testing/work-steps.ts'
import { callNode, makePlace, type Place, readJson, readLastEntry, startWorld } from './testing/work-world.ts'
import { mostAttempts } from './work-on-jobs.ts'

let node: WorkNode
let place: Place
let plane: TestDataPlane
let stop: () => Promise<void>

before(async () => {
  const world = await startWorld()
  ;({ node, stop } = world)
})
beforeEach(async () => {
  place = await makePlace(node)
  plane = await makeTestPlane(node, place)
})
after(() => stop())

const progress = { phase: 'reading', bytes: 1, total: 2, rows: 0 }

async function readJob(id: string, query = ''): Promise<Job> {
  const path = `/v1/projects/${place.project}/jobs/${id}${query}`
  const answer = await callNode(node, 'GET', path, { bearer: place.owner })
  assert.equal(answer.status, 200, answer.body.toString())
  return readJson<{ job: Job }>(answer).job
}

const commit = (job: ClaimedJob, manifest: Signed) =>
  plane.call('jobs.commit', { job: job.id, attempt: job.attempt, manifest, objects: [] })

async function claim(): Promise<ClaimedJob> {
  const { jobs } = await plane.call('jobs.claim', { most: 10 })
  assert.equal(jobs.length, 1)
  return jobs[0] as ClaimedJob
}

test('the data plane hears of a new job and claims it once', async () => {
  const upload = await sendUpload(node, place)
  assert.deepEqual(plane.notes, ['jobs.available'])
  const job = await claim()
  assert.deepEqual([job.id, job.attempt, job.upload, job.table], [upload.job, 1, upload.id, place.table])
  assert.deepEqual((await plane.call('jobs.claim', { most: 10 })).jobs, [])
  assert.equal((await readJob(job.id)).state, 'running')
})

test('DAT-21: a commit makes the result visible, ends job and upload, and is in the log', async () => {
  const { job, body, upload } = await prepareCommit(node, place, plane)
  const waiting = readJob(job.id, '?wait=10')
  const result = await commit(job, await plane.signManifest(body))
  assert.equal(result.catalogueVersion, 1)
  const ended = await waiting
  assert.deepEqual([ended.state, ended.snapshot], ['done', result.snapshot])
  const { state } = await plane.call('uploads.read', { upload: upload.id })
  assert.equal(state, 'consumed')
  const entry = await readLastEntry(node, place.organisation, 'job.commit')
  assert.equal(entry?.object?.id, job.id)
  assert.equal(entry?.actor.id, plane.id)
})

test('the same commit again answers as the first, another one is a conflict', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const manifest = await plane.signManifest(body)
  const first = await commit(job, manifest)
  assert.deepEqual(await commit(job, manifest), first)
  await assert.rejects(commit(job, await plane.signManifest({ ...body, rows: 4 })), { code: 'commit.conflict' })
})

test('two commits of one job at once have one result', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const manifest = await plane.signManifest(body)
  const [one, two] = await Promise.all([commit(job, manifest), commit(job, manifest)])
  assert.deepEqual(one, two)
})

test('KEB-08: a manifest that is not signed by this data plane, or not as a manifest, is refused', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const { identity } = await makeKeys()
  const { signStatement } = await import('@keyhold/sealed')
  const good = await plane.signManifest(body)
  const forged: Signed[] = [
    await signStatement(identity, 'manifest', body),
    await signStatement(plane.keys.identity, 'roster', body),
    { ...good, statement: (await plane.signManifest({ ...body, rows: 9 })).statement },
    { ...good, keyId: identity.keyId },
    await plane.signManifest({ ...body, organisation: randomUUIDv7() }),
  ]
  for (const manifest of forged) await assert.rejects(commit(job, manifest), { code: 'manifest.forged' })
  const malformed = { ...body, extra: 1 } as unknown as Manifest
  await assert.rejects(commit(job, await plane.signManifest(malformed)), { code: 'manifest.malformed' })
  assert.equal((await readJob(job.id)).state, 'running')
})

test('a manifest that does not continue the table, or names what is not there, commits nothing', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const [file] = body.files
  assert.ok(file)
  const wrong: Partial<Manifest>[] = [
    { sequence: 2 },
    { previous: 'A'.repeat(43) },
    { tableId: randomUUIDv7() },
    { table: 'others' },
    { bucket: 'others' },
    { project: randomUUIDv7() },
    { consumed: [] },
    { files: [{ ...file, object: randomUUIDv7() }] },
    { files: [{ ...file, length: file.length + 1 }] },
    { files: [{ ...file, digest: 'A'.repeat(43) }] },
    { files: [file, file] },
  ]
  for (const change of wrong) {
    const manifest = await plane.signManifest({ ...body, ...change })
    await assert.rejects(commit(job, manifest), { code: 'commit.conflict' }, JSON.stringify(change))
  }
  await commit(job, await plane.signManifest(body))
})

test('nothing is committed before the upload is closed', async () => {
  const upload = await sendUpload(node, place, false)
  const job = await claim()
  const { firstManifest } = await import('./testing/test-data-plane.ts')
  const manifest = await plane.signManifest(firstManifest(place, upload.file, [await stageObject(node, plane)]))
  await assert.rejects(commit(job, manifest), { code: 'commit.conflict' })
  await closeUpload(node, place, upload)
  await commit(job, manifest)
})

test('a replacement continues the manifest before it, and the replaced object goes after its grace', async () => {
  const first = await prepareCommit(node, place, plane)
  const manifest = await plane.signManifest(first.body)
  await commit(first.job, manifest)
  const second = await prepareCommit(node, place, plane)
  const body = { ...second.body, sequence: 2, previous: await digestStatement(manifest) }
  await commit(second.job, await plane.signManifest(body))
  const read = (object: string | undefined) =>
    callNode(node, 'GET', `/v1/link/objects/${object}`, { bearer: plane.session })
  const [old, now] = [first.body.files[0]?.object, body.files[0]?.object]
  assert.equal((await read(old)).status, 200)
  node.advance(2 * 3600_000)
  await node.objects.sweep()
  node.advance(-2 * 3600_000)
  assert.equal((await read(old)).status, 404)
  assert.equal((await read(now)).status, 200)
})

test('an older attempt can neither renew nor fail nor commit once its lease was lost', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  node.advance(61_000)
  assert.ok((await node.jobs.sweep()) >= 1)
  const manifest = await plane.signManifest(body)
  const stale = { code: 'job.stale_attempt' }
  const renew = { job: job.id, attempt: 1, progress }
  await assert.rejects(commit(job, manifest), stale)
  const next = await claim()
  assert.deepEqual([next.id, next.attempt], [job.id, 2])
  await assert.rejects(plane.call('jobs.renew', renew), stale)
  await assert.rejects(
    plane.call('jobs.fail', { job: job.id, attempt: 1, code: 'x', retry: false, message: '', remedy: '' }),
    stale,
  )
  await assert.rejects(commit(job, manifest), stale)
  node.advance(-61_000)
  await commit(next, manifest)
})

test('a renewed lease is not lost, and its progress can be read', async () => {
  await sendUpload(node, place)
  const job = await claim()
  node.advance(50_000)
  assert.deepEqual(await plane.call('jobs.renew', { job: job.id, attempt: 1, progress }), { cancelled: false })
  node.advance(50_000)
  await node.jobs.sweep()
  node.advance(-100_000)
  const { state, progress: seen } = await readJob(job.id)
  assert.deepEqual([state, seen], ['running', progress])
})

test('what is given back too often ends with its upload', async () => {
  const upload = await sendUpload(node, place)
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const job = await claim()
    assert.equal(job.attempt, attempt)
    await plane.call('jobs.fail', { job: job.id, attempt, code: 'engine.died', retry: true, message: '', remedy: '' })
  }
  const job = await readJob(upload.job)
  assert.deepEqual([job.state, job.code], ['failed', 'job.attempts_exhausted'])
  assert.ok(job.remedy)
  assert.equal((await plane.call('uploads.read', { upload: upload.id })).state, 'abandoned')
})

test('a failure that is final tells its code, message and remedy, and is in the log', async () => {
  const upload = await sendUpload(node, place)
  const { id, attempt } = await claim()
  const failure = { code: 'import.bad_row', message: 'Line 7 breaks the rule.', remedy: 'Mend line 7.' }
  await plane.call('jobs.fail', { job: id, attempt, retry: false, ...failure })
  const { state, code, message, remedy } = await readJob(upload.job)
  assert.deepEqual({ state, code, message, remedy }, { state: 'failed', ...failure })
  assert.equal((await readLastEntry(node, place.organisation, 'job.fail'))?.code, 'import.bad_row')
})

test('a cancelled job tells its worker at the next renewal and cannot commit', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const path = `/v1/projects/${place.project}/jobs/${job.id}/cancel`
  const answer = await callNode(node, 'POST', path, { bearer: place.owner })
  assert.equal(answer.status, 200, answer.body.toString())
  assert.equal(readJson<{ job: Job }>(answer).job.state, 'cancelled')
  assert.deepEqual(await plane.call('jobs.renew', { job: job.id, attempt: 1, progress }), { cancelled: true })
  await assert.rejects(commit(job, await plane.signManifest(body)), { code: 'job.stale_attempt' })
  const reader = `token/${place.organisation}/${place.project}/sales:read`
  assert.equal((await callNode(node, 'POST', path, { bearer: reader })).status, 403)
})

test('a job of another organisation does not exist for a data plane', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const other = await makePlace(node)
  const stranger = await makeTestPlane(node, other)
  const manifest = await stranger.signManifest({ ...body, organisation: other.organisation })
  const call = stranger.call('jobs.commit', { job: job.id, attempt: job.attempt, manifest, objects: [] })
  await assert.rejects(call, { code: 'job.unknown' })
})

test('jobs are listed newest first, and a token sees those of its buckets only', async () => {
  const ids = [(await sendUpload(node, place)).job, (await sendUpload(node, place)).job]
  const list = async (bearer: string, query = '') => {
    const path = `/v1/projects/${place.project}/jobs${query}`
    return readJson<{ jobs: Job[] }>(await callNode(node, 'GET', path, { bearer })).jobs.map((job) => job.id)
  }
  assert.deepEqual(await list(place.owner), ids.toReversed())
  assert.deepEqual(await list(place.owner, '?limit=1&state=queued'), ids.slice(1))
  assert.deepEqual(await list(`token/${place.organisation}/${place.project}/sales:read`), ids.toReversed())
  assert.deepEqual(await list(`token/${place.organisation}/${place.project}/other:read`), [])
})

test('jobs of a data plane whose connection ended go back to the queue soon', async () => {
  const keys = await makeKeys()
  const id = await enrolTestPlane(node, place, keys)
  await plane.close()
  plane = await connectTestPlane(node, id, keys)
  await sendUpload(node, place)
  const job = await claim()
  await plane.close()
  await node.jobs.loseLink({ organisation: place.organisation, dataPlane: id })
  node.advance(31_000)
  await node.jobs.sweep()
  node.advance(-31_000)
  plane = await connectTestPlane(node, id, keys)
  assert.equal((await claim()).attempt, job.attempt + 1)
})

type JobList = { jobs: Job[]; change: string }
async function followJobs(query = ''): Promise<JobList> {
  const answer = await callNode(node, 'GET', `/v1/projects/${place.project}/jobs${query}`, { bearer: place.owner })
  assert.equal(answer.status, 200, answer.body.toString())
  return readJson<JobList>(answer)
}

test('the list of jobs is followed: it answers when a job comes, starts, tells its progress and ends', async () => {
  let known = await followJobs()
  assert.deepEqual(known.jobs, [])
  async function next(act: () => Promise<unknown>): Promise<Job | undefined> {
    const following = followJobs(`?wait=20&since=${known.change}`)
    await act()
    known = await following
    return known.jobs[0]
  }
  const started = performance.now()
  assert.equal((await next(() => sendUpload(node, place)))?.state, 'queued')
  let job: ClaimedJob | undefined
  assert.equal((await next(async () => (job = await claim())))?.state, 'running')
  assert.ok(job)
  const attempt = { job: job.id, attempt: job.attempt }
  const renewed = await next(() => plane.call('jobs.renew', { ...attempt, progress: { ...progress, rows: 7 } }))
  assert.equal(renewed?.progress?.rows, 7)
  const failure = { code: 'import.bad_row', retry: false, message: 'Line 3.', remedy: 'Mend it.' }
  assert.equal((await next(() => plane.call('jobs.fail', { ...attempt, ...failure })))?.state, 'failed')
  assert.ok(performance.now() - started < 15_000)
})

test('a list that stays as it is answers when the wait is over, with the same mark', async () => {
  await sendUpload(node, place)
  const known = await followJobs()
  const started = performance.now()
  const again = await followJobs(`?wait=1&since=${known.change}`)
  assert.deepEqual(again, known)
  assert.ok(performance.now() - started >= 900)
  assert.equal((await followJobs('?wait=20')).change, known.change)
  assert.notEqual((await followJobs('?state=done')).change, known.change)
})

test('DAT-21: a table and its quarantine are committed together or not at all', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const attempt = { job: job.id, attempt: job.attempt }
  const { table, bucket, name } = await plane.call('jobs.quarantine', attempt)
  assert.deepEqual([bucket, name], [place.bucket, `${place.tableName}__quarantine`])
  assert.equal((await plane.call('jobs.quarantine', attempt)).table, table)
  assert.equal((await readLastEntry(node, place.organisation, 'job.quarantine'))?.code, null)
  await assert.rejects(plane.call('jobs.quarantine', { ...attempt, attempt: 7 }), { code: 'job.stale_attempt' })
  const manifest = await plane.signManifest(body)
  const bad = { ...body, table: name, tableId: table, files: [await stageObject(node, plane)], rows: 3 }
  const commitBoth = async (quarantine: Manifest) =>
    plane.call('jobs.commit', { ...attempt, manifest, objects: [], quarantine: await plane.signManifest(quarantine) })
  const unknown = bad.files.map((file) => ({ ...file, object: randomUUIDv7() }))
  const wrongs = [
    { sequence: 2 },
    { table: 'others' },
    { tableId: body.tableId, table: body.table },
    { files: unknown },
  ]
  for (const change of wrongs) {
    const wrong = { ...bad, ...change }
    await assert.rejects(commitBoth(wrong), { code: 'commit.conflict' }, JSON.stringify(change))
    assert.equal((await readJob(job.id)).state, 'running')
  }
  await commitBoth(bad)
  const { tables } = await plane.call('catalogue.read', { project: place.project })
  assert.deepEqual(tables.map((one) => one.table).toSorted(), [place.table, table].toSorted())
})

test('a sealed report is kept with its job, and given to data planes of its organisation alone', async () => {
  const { job, body } = await prepareCommit(node, place, plane)
  const report = Buffer.from('sealed').toString('base64url')
  const manifest = await plane.signManifest(body)
  await plane.call('jobs.commit', { job: job.id, attempt: job.attempt, manifest, objects: [], report })
  const known = { job: job.id, table: place.table, report }
  assert.deepEqual(await plane.call('jobs.report', { project: place.project, job: job.id }), known)
  assert.deepEqual(await plane.call('jobs.report', { project: place.project, table: place.table }), known)
  await sendUpload(node, place)
  const failed = await claim()
  const failure = { code: 'import.bad_row', message: 'Line 7.', remedy: 'Mend it.', retry: false, report: 'AAAA' }
  await plane.call('jobs.fail', { job: failed.id, attempt: failed.attempt, ...failure })
  assert.equal((await plane.call('jobs.report', { project: place.project, job: failed.id })).report, 'AAAA')
  const stranger = await makeTestPlane(node, await makePlace(node))
  await assert.rejects(stranger.call('jobs.report', { project: place.project, job: job.id }), { code: 'job.unknown' })
})
