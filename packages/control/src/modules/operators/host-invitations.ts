/**
 * Invitations from the host, such as the first operator's: files in `control/operators`, which only the server's account
 * can write, and who is that account has the platform key anyway. The command draws the link's secret itself and gives its
 * hash alone; this takes the file in, and answers with another one beside it (docs/decisions/operators.md).
 */
import { constants } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { operatorRoles, type OperatorRole } from '@keyhold/contract'
import { installationLog } from '../../platform/audit-port.ts'
import { writePrivateFile } from '../../platform/secret-file.ts'
import { addInvitation } from './manage-operators.ts'
import { installation, type OperatorSetting } from './setting.ts'

const requestForm = /^([0-9a-f-]{36})\.request$/
const longest = 4096

export type HostRequest = { readonly name: string; readonly roles: readonly OperatorRole[]; readonly hash: string }
/** `refused`: why, in words for the person at the host. */
export type HostAnswer = { readonly url: string; readonly expires: string } | { readonly refused: string }

/** Takes in every file that waits. A file that is not as it must be is answered with why, and makes nothing. */
export async function takeHostInvitations(setting: OperatorSetting): Promise<void> {
  const folder = join(setting.folder, 'operators')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const file of (await readdir(folder)).toSorted()) {
    const id = requestForm.exec(file)?.[1]
    if (id === undefined) continue
    const answer = await takeIn(setting, join(folder, file))
    writePrivateFile(join(folder, `${id}.answer`), JSON.stringify(answer))
    await rm(join(folder, file), { force: true })
  }
}

async function takeIn(setting: OperatorSetting, path: string): Promise<HostAnswer> {
  const read = await readRequest(path)
  if (typeof read === 'string') {
    setting.log.error('operator.host_invitation_refused', { reason: read })
    return { refused: read }
  }
  const { request, user } = read
  const { name, roles, hash } = request
  const [invitation, inTree] = await setting.database.withTenant(installation, async (tx) => {
    const added = await addInvitation(setting, tx, {
      name,
      roles,
      hash: Buffer.from(hash, 'base64url'),
      invitedBy: null,
      waiting: false,
    })
    const staged = await setting.audit.stage(tx, {
      organisation: installationLog,
      project: null,
      action: 'operator.invite_from_host',
      outcome: 'success',
      code: null,
      actor: { kind: 'system', id: null },
      source: null,
      object: { kind: 'invitation', id: added.id },
      // The account that owns the file: a fact of the system's, not what the file says.
      details: { hostUser: user },
    })
    return [added, staged] as const
  })
  await inTree()
  return { url: setting.readUrl(), expires: invitation.expires }
}

/** The request with the account that wrote it, or why it is none. */
async function readRequest(path: string): Promise<{ request: HostRequest; user: number } | string> {
  // Neither a link to another file nor a pipe that would never end.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return 'The file cannot be opened.'
  try {
    const { uid, mode, size } = await file.stat()
    const own = process.getuid?.() ?? uid
    if ((mode & constants.S_IFMT) !== constants.S_IFREG || size > longest) return 'The file is not a small plain file.'
    if (uid !== own && uid !== 0) return 'The file belongs to another account than the server’s.'
    if ((mode & 0o022) !== 0) return 'Others than its owner may write the file.'
    const request = parseRequest(await file.readFile('utf8'))
    return request === undefined ? 'The file does not name a person, roles and a digest.' : { request, user: uid }
  } finally {
    await file.close()
  }
}

function parseRequest(text: string): HostRequest | undefined {
  let value: Partial<Record<keyof HostRequest, unknown>> | null
  try {
    value = JSON.parse(text) as typeof value
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { name, roles, hash } = value
  const named = typeof name === 'string' && name.length > 0 && name.length <= 200
  const digested = typeof hash === 'string' && /^[A-Za-z0-9_-]{43}$/.test(hash)
  if (!named || !digested || !Array.isArray(roles) || roles.length === 0) return undefined
  const known = operatorRoles.filter((role) => roles.includes(role))
  return known.length === roles.length ? { name, hash, roles: known } : undefined
}
