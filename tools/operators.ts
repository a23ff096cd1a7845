/**
 * `npm run operators -- invite --name NAME --role ROLE`: on the host, makes a link by which an operator is enrolled, the
 * first one too. The secret is drawn here; the running control plane gets its hash, in a file of its own folder.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { operatorRoles } from '@keyhold/contract'
import type { HostAnswer, HostRequest } from '../packages/control/src/modules/operators/index.ts'
import { drawSecret, hashSecret } from '../packages/control/src/modules/tokens/index.ts'
import { writePrivateFile } from '../packages/control/src/platform/secret-file.ts'

const usage = `npm run operators -- invite --name NAME --role ${operatorRoles.join('|')} [--role …] [--home FOLDER]`
/** The control plane looks once a second. */
const patience = 30_000

function fail(message: string, remedy: string): never {
  console.error(`${message}\nRemedy: ${remedy}`)
  process.exit(1)
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        role: { type: 'string', multiple: true },
        home: { type: 'string', default: process.env['KEYHOLD_HOME'] ?? '.keyhold' },
      },
    })
    return { ...values, command: positionals[0] }
  } catch {
    return fail('This is not a command for operators.', usage)
  }
}

async function askControlPlane(folder: string, request: HostRequest): Promise<HostAnswer> {
  const id = randomUUID()
  const answer = join(folder, `${id}.answer`)
  writePrivateFile(join(folder, `${id}.request`), JSON.stringify(request))
  const end = Date.now() + patience
  while (!existsSync(answer)) {
    if (Date.now() > end) {
      // Nobody shall take it in later, when nobody waits for the link any more.
      rmSync(join(folder, `${id}.request`), { force: true })
      fail(
        'No control plane took the invitation in.',
        'Start it with "npm start" and the same KEYHOLD_HOME, then again.',
      )
    }
    await pause(100)
  }
  const read = JSON.parse(readFileSync(answer, 'utf8')) as HostAnswer
  rmSync(answer, { force: true })
  return read
}

const { command, name, role: roles = [], home } = readArguments()
const known = operatorRoles.filter((role) => roles.includes(role))
if (command !== 'invite' || !name || known.length === 0 || known.length !== new Set(roles).size) {
  fail('An invitation names a person and their roles.', usage)
}
const control = join(resolve(home), 'control')
if (!existsSync(control)) fail(`There is no control plane in ${resolve(home)}.`, 'Set KEYHOLD_HOME, or give --home.')
const secret = drawSecret('opi')
const hash = hashSecret(secret).toString('base64url')
const answer = await askControlPlane(join(control, 'operators'), { name, roles: known, hash })
if ('refused' in answer) fail(answer.refused, 'Run this as the account that the control plane runs as.')
console.log(`Open this once, until ${answer.expires}:\n\n  ${answer.url}/operators/enrol#${secret}\n`)
