/** `npm run data-plane -- --home DIR`: one organisation's data plane by itself, until Ctrl-C. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startDataPlane, type RunningDataPlane } from './installation/data-plane.ts'
import { readDataPlaneLine } from './installation/data-plane-line.ts'
import { makeHome } from './installation/program.ts'
import { openAnswers } from './installation/read-answers.ts'
import { StartError } from './installation/start-error.ts'

const usage = `npm run data-plane -- --home DIR [--enrolment-file FILE] [--passphrase-file FILE]

  --home             folder of this data plane alone (or KEYHOLD_HOME)
  --enrolment-file   the line that an operator was shown; at the first start, within fifteen minutes
  --passphrase-file  of the key file; its owner alone may read it

What no file gives is asked at the terminal, or read from standard input: the enrolment line at the first start, then
the passphrase. KEYHOLD_CUSTODY=hosted for a data plane that the operator runs; demo keeps the passphrase on disk.`
/** So long a link takes when all is well, many times over. */
const patience = 5_000

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        home: { type: 'string' },
        'enrolment-file': { type: 'string' },
        'passphrase-file': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (cause) {
    throw new StartError('This is not an option of a data plane.', usage, cause)
  }
}

/** @throws StartError for a folder that belongs to an installation, whose first organisation has its data plane there */
function chooseHome(given: string | undefined): string {
  const named = given ?? process.env['KEYHOLD_HOME']
  if (named === undefined || named === '') throw new StartError('No folder was named.', usage)
  const home = resolve(named)
  if (existsSync(join(home, 'control')))
    throw new StartError(`${home} is the folder of a control plane.`, 'Name a folder of this data plane alone.')
  return home
}

async function start(options: ReturnType<typeof readArguments>, home: string): Promise<RunningDataPlane> {
  const custody = process.env['KEYHOLD_CUSTODY'] ?? 'yours'
  const { 'enrolment-file': enrolmentFile, 'passphrase-file': passphraseFile } = options
  const answers = openAnswers()
  const line = await readDataPlaneLine({ home, custody, enrolmentFile, passphraseFile }, answers)
  answers.close()
  makeHome(home)
  console.log('Starting the data plane …')
  const waiting = setTimeout(() => console.error(stillWaiting), patience)
  const onLog = (_program: string, text: string) => console.error(text)
  try {
    return await startDataPlane({ home, onLog }, { KEYHOLD_CUSTODY: custody }, () => line)
  } finally {
    clearTimeout(waiting)
  }
}

const stillWaiting =
  'The control plane does not let it in yet; it goes on trying. Is the control plane running, and is the organisation not suspended?'

function announce({ setupLink, custody, anchorFingerprint, isolation }: RunningDataPlane, home: string): void {
  const link = setupLink === null ? [] : ['  Set up    give the owner this link, once:', `            ${setupLink}`]
  const walls =
    isolation === 'bubblewrap' || process.env['KEYHOLD_SANDBOX'] === 'off'
      ? []
      : ['  Query processes run without a sandbox of their own. Remedy: install bubblewrap.']
  const facts = [`  Anchor    ${anchorFingerprint}`, `  Custody   ${custody}`, `  Keys in   ${home}`]
  const end = '  Ctrl-C stops it; the next start needs no enrolment.'
  console.log(['', '  The data plane is linked.', '', ...link, ...facts, ...walls, '', end, ''].join('\n'))
}

async function main(): Promise<void> {
  const options = readArguments()
  if (options.help) return console.log(usage)
  const home = chooseHome(options.home)
  const plane = await start(options, home)
  announce(plane, home)
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    console.log('Stopping …')
    await plane.stop()
    console.log('Stopped. Everything is kept.')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
}

main().catch((error: unknown) => {
  const remedy = error instanceof StartError ? error.remedy : 'Nothing was lost; start again when it is mended.'
  console.error(`${error instanceof Error ? error.message : String(error)}\nRemedy: ${remedy}`)
  process.exit(1)
})
