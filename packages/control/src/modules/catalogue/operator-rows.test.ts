import assert from 'node:assert/strict'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { OperatorSubject, type Table } from '@keyhold/contract'
import { ownerEmail, ownerPassword, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { makeToken } from '../setup/testing/sign-token.ts'
import { commitTable, storeFile } from './testing/commit-table.ts'

type Shown = { sentence: string; rows: Record<string, Record<string, unknown>[]>; cut: string[] }
type Bytes = { base64url: string; length: number }

const documents = 60
let node: TestNode
let owner: TestOwner
let secret: string
useNode(async (world) => {
  ;({ node, owner } = world)
  const path = `/v1/projects/${owner.project}/tables`
  const call = { method: 'POST', path, bearer: owner.bearer, body: { bucket: 'sales', table: 'orders' } }
  const { table } = (await node.call<{ table: Table }>(call)).body
  await commitTable(node, owner, table, [await storeFile(node, owner, table)])
  ;({ secret } = await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }]))
  await node.database.withTenant(owner, async (tx) => {
    const [upload, job] = [randomUUIDv7(), randomUUIDv7()]
    await tx.sql(
      `INSERT INTO uploads (organisation, id, project, table_id, file, mode, length, header_length, segment_length, state,
         opening, principal, job, created, expires)
       VALUES ($1, $2, $3, $4, $5, 'append', 10, 1, 1, 'open', $6, '{}', $7, now(), now())`,
      [owner.organisation, upload, owner.project, table.id, randomUUIDv7(), randomBytes(3000), job],
    )
    await tx.sql(
      `INSERT INTO jobs (organisation, id, project, kind, state, upload, table_id, created)
       VALUES ($1, $2, $3, 'import', 'queued', $4, $5, now())`,
      [owner.organisation, job, owner.project, upload, table.id],
    )
    await tx.sql(
      `INSERT INTO documents SELECT $1, $2, gen_random_uuid(), 1, '\\x00', $4, '', now(),
         now() + n * interval '1 second', $3, $3 FROM generate_series(1, $5) AS n`,
      [owner.organisation, owner.project, randomUUIDv7(), randomBytes(300), documents],
    )
    await tx.sql(
      `INSERT INTO ledger_entries (organisation, index, time, action, outcome, salt, entry)
       VALUES ($1, 999999, now(), 'request.send', 'success', '\\x00', $2)`,
      [owner.organisation, JSON.stringify({ project: owner.project })],
    )
    await tx.sql(
      `INSERT INTO invitations (organisation, id, email_lookup, email_sealed, role, hash, invited_by, created, expires)
       VALUES ($1, $2, '', '', 'viewer', '', $2, now(), now())`,
      [owner.organisation, randomUUIDv7()],
    )
    const group = randomUUIDv7()
    await tx.sql(`INSERT INTO groups (organisation, id, name, name_lower, created) VALUES ($1, $2, 'A', 'a', now())`, [
      owner.organisation,
      group,
    ])
    await tx.sql(`INSERT INTO group_members SELECT organisation, $1, id, now() FROM people`, [group])
    await tx.sql(
      `INSERT INTO provisioning_tokens (organisation, id, name, hash, created, created_by, expires)
       VALUES ($1, $2, 'IdP', '', now(), $2, now())`,
      [owner.organisation, randomUUIDv7()],
    )
    await tx.sql(`INSERT INTO roster VALUES ($1, 2, '{}') ON CONFLICT DO NOTHING`, [owner.organisation])
    await tx.sql(
      `INSERT INTO data_planes (organisation, id, identity_key, anchor_key, state, created)
       VALUES ($1, $2, '', '', 'enrolled', now())`,
      [owner.organisation, randomUUIDv7()],
    )
  })
})

const subjects = OperatorSubject.anyOf.map((literal) => literal.const)

async function show(subject: string): Promise<Shown> {
  const path = `/v1/projects/${owner.project}/operator-view/${subject}`
  const { status, body } = await node.call<Shown>({ method: 'GET', path, bearer: owner.bearer })
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

test('DAT-18: each subject shows the rows of its database tables with every column', async () => {
  for (const subject of subjects) {
    const { sentence, rows } = await show(subject)
    assert.equal(sentence, `operator.${subject}`)
    for (const [name, held] of Object.entries(rows)) {
      assert.ok(held.length > 0, `${subject} ${name}`)
      const columns = await node.database.withTenant(owner, (tx) =>
        tx.sql<{ name: string }>(
          `SELECT attname AS name FROM pg_attribute
           WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
          [name],
        ),
      )
      assert.deepEqual(Object.keys(held[0] ?? {}).toSorted(), columns.map((column) => column.name).toSorted(), name)
    }
  }
})

test('bytes are shown up to 1,024 of them, with how many there are', async () => {
  const { rows } = await show('uploads')
  const opening = rows['uploads']?.[0]?.['opening'] as Bytes
  assert.deepEqual([Buffer.from(opening.base64url, 'base64url').length, opening.length], [1024, 3000])
})

test('the newest fifty rows are shown, and which tables hold more', async () => {
  const { rows, cut } = await show('documents')
  assert.deepEqual([rows['documents']?.length, cut], [50, ['documents']])
  const times = (rows['documents'] ?? []).map((row) => String(row['updated']))
  assert.deepEqual(times, times.toSorted().toReversed())
  assert.deepEqual((await show('jobs')).cut, [])
})

test('CLU-08, CLU-09: account columns are shown sealed, a password’s hash without salt and hash', async () => {
  const shown = await show('members')
  const [person] = shown.rows['people'] ?? []
  const sealed = person?.['email_sealed'] as Bytes
  const bytes = Buffer.from(sealed.base64url, 'base64url')
  assert.ok(bytes.length > 29 && !bytes.includes(ownerEmail.toLowerCase()))
  assert.match(String(person?.['password_hash']), /^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$…$/)
  const everything = JSON.stringify(await Promise.all(subjects.map(show)))
  for (const value of [ownerEmail, ownerEmail.toLowerCase(), ownerPassword, owner.bearer, secret]) {
    assert.ok(!everything.includes(value), value)
  }
})

test('KEB-18: nothing of another organisation is shown', async () => {
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    tx.sql(`INSERT INTO organisations VALUES ($1, 'Other', 'active', now())`, [organisation]),
  )
  const everything = JSON.stringify(await Promise.all(subjects.map(show)))
  assert.ok(!everything.includes(organisation))
  const path = `/v1/projects/${randomUUIDv7()}/operator-view/jobs`
  const unknown = await node.call({ method: 'GET', path, bearer: owner.bearer })
  assert.deepEqual([unknown.status, unknown.problem.code], [404, 'project.unknown'])
  const wrong = await node.call({
    method: 'GET',
    path: `/v1/projects/${owner.project}/operator-view/pg_authid`,
    bearer: owner.bearer,
  })
  assert.equal(wrong.status, 400)
})
