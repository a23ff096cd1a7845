import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shell } from '../testing/shell.ts'
import { hold, type Narrator } from './narrator.ts'

type OperatorView = { objects: { id: string }[] }

/**
 * Puts the sealed data file of one table in the place of another's, as an operator with the disk could, and queries.
 * `restart` starts both planes again, so that the data plane has to fetch what it had kept from the upload.
 */
export async function moveSealedFile(
  narrator: Narrator,
  shell: Shell,
  home: string,
  folder: string,
  restart: () => Promise<void>,
): Promise<void> {
  const rows = (from: number) =>
    ['id,name', ...Array.from({ length: 50 }, (_, row) => `${from + row},row ${from + row}`)].join('\n')
  for (const [table, from] of [['one', 0] as const, ['two', 1000] as const]) {
    writeFileSync(join(folder, `${table}.csv`), `${rows(from)}\n`)
    await shell.json(['upload', join(folder, `${table}.csv`), `moved.${table}`])
  }
  const source = await findObject(shell, home, 'moved.one')
  const target = await findObject(shell, home, 'moved.two')
  const original = readFileSync(target)
  copyFileSync(source, target)
  await restart()
  dropKeptCiphertext(home)
  const refused = await shell.run(['query', 'select * from moved.two', '--no-cache'])
  hold(refused.code !== 0 && !refused.stdout.includes('row '), 'a sealed file in another table’s place is refused')
  narrator.say(refused.stderr.trim().split('\n')[0] ?? '')
  writeFileSync(target, original)
  const back = await shell.run(['query', 'select count(*) as n from moved.two', '--no-cache', '--format', 'csv'])
  hold(back.stdout.trim().endsWith('50'), `with the right file back the table answers (${back.stdout}${back.stderr})`)
}

/** The data plane's own copies of ciphertext. */
function dropKeptCiphertext(home: string): void {
  const projects = join(home, 'data', 'projects')
  for (const project of readdirSync(projects))
    rmSync(join(projects, project, 'objects'), { recursive: true, force: true })
}

async function findObject(shell: Shell, home: string, table: string): Promise<string> {
  const view = await shell.json<OperatorView>(['operator-view', table])
  const id = view.objects[0]?.id
  hold(id !== undefined, `${table} has an object`)
  const objects = join(home, 'control', 'objects')
  const path = readdirSync(objects, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(id))
  hold(path !== undefined, `the object of ${table} is a file`)
  return join(objects, path)
}
