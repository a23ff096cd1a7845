/**
 * `npm run restore -- KIT.json`: makes a lost data folder again in KEYHOLD_HOME from a recovery kit. The passphrase is
 * read from the first line of standard input where the kit has none.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { restoreDataFolder } from '@keyhold/data/restore'

const [path] = process.argv.slice(2)

async function restore(kitPath: string): Promise<void> {
  const home = resolve(process.env['KEYHOLD_HOME'] ?? '.keyhold')
  const kit: unknown = JSON.parse(readFileSync(kitPath, 'utf8'))
  const passphrase = hasPassphrase(kit) ? undefined : readFileSync(0, 'utf8').split('\n')[0]
  const { anchorFingerprint, organisation } = await restoreDataFolder(join(home, 'data'), kit, passphrase)
  console.log(`Restored the data plane of organisation ${organisation} in ${join(home, 'data')}.`)
  console.log(`Anchor    ${anchorFingerprint}`)
  console.log('Start it beside its control plane: it reads back the rest at its first start.')
}

function hasPassphrase(kit: unknown): boolean {
  return typeof kit === 'object' && kit !== null && 'passphrase' in kit && typeof kit.passphrase === 'string'
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const remedy = 'remedy' in error && typeof error.remedy === 'string' ? `\nRemedy: ${error.remedy}` : ''
  return `${error.message}${remedy}`
}

if (path === undefined) {
  console.error('No kit was named.\nRemedy: npm run restore -- KIT.json')
  process.exitCode = 1
} else {
  await restore(path).catch((error: unknown) => {
    console.error(describe(error))
    process.exitCode = 1
  })
}
