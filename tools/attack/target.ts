/** A fresh installation with an owner, a token, a table and an upload in it: what is attacked. */
import { randomUUIDv7 } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withClient } from '@keyhold/cli/client'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'

export type Target = {
  readonly world: TestInstallation
  readonly port: number
  /** PEM file of the local authority. */
  readonly authorityFile: string
  readonly authority: string
  /** What the server accepts of the owner, and of a token that reads and writes one bucket. */
  readonly bearers: { readonly owner: string; readonly token: string }
  /** Ids of what is there, by the path parameter that names it. */
  readonly known: Readonly<Record<string, string>>
  readonly end: () => Promise<void>
}

/** Signs the owner in again, doing the work that wrong passwords may have made due. */
export async function renewBearer({ world }: Target): Promise<string> {
  await world.owner.json(['login', '--email', 'owner@example.org'])
  return withClient(world.owner.home, async ({ session }) => readBearer(session.authorise()))
}

const readBearer = (headers: Readonly<Record<string, string>>) => headers['authorization']?.replace('Bearer ', '') ?? ''

/** Both planes on a free port of 127.0.0.1, set up by the command line. */
export async function prepareTarget(environment: NodeJS.ProcessEnv = {}): Promise<Target> {
  const world = await startTestInstallation(environment)
  try {
    const scopes = ['--scope', 'door:read', '--scope', 'door:write']
    const { secret } = await world.owner.json<{ secret: string }>(['tokens', 'create', 'attacker', ...scopes])
    const { bearer, known } = await fillProject(world)
    const authorityFile = join(world.home, 'control', 'tls', 'authority.pem')
    return {
      world,
      port: Number(new URL(world.installation.url).port),
      authorityFile,
      authority: readFileSync(authorityFile, 'utf8'),
      bearers: { owner: bearer, token: secret.split('.', 1)[0] ?? '' },
      known,
      end: world.end,
    }
  } catch (error) {
    await world.end()
    throw error
  }
}

async function fillProject({ owner }: TestInstallation): Promise<{ bearer: string; known: Target['known'] }> {
  return withClient(owner.home, async ({ session }) => {
    const { api, project, organisation } = session
    const { table } = await api.call('ensureTable', { params: { project }, body: { bucket: 'door', table: 'kept' } })
    const geometry = { length: 8, headerLength: 4, segmentLength: 4, opening: 'AAAA' }
    const body = { table: table.id, mode: 'append', file: randomUUIDv7(), ...geometry } as const
    const { upload } = await api.call('createUpload', { params: { project }, body })
    const { tokens } = await api.call('listTokens', {})
    const token = tokens[0]?.id ?? ''
    const bearer = readBearer(session.authorise())
    const known = { organisation, project, table: table.id, upload: upload.id, job: upload.job, index: '0' }
    // Named so by no route's body but this one's path: a request that revokes it would blind the rest.
    return { bearer, known: { ...known, spareToken: token } }
  })
}
