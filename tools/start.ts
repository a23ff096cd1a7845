/** `npm start`: both planes and an embedded PostgreSQL on this machine, until Ctrl-C. */
import { resolve } from 'node:path'
import { startInstallation, type Installation } from './installation/installation.ts'
import { StartError } from './installation/start-error.ts'

const started = performance.now()

function readSettings(): { home: string; port: number } {
  const port = Number(process.env['KEYHOLD_PORT'] ?? 8443)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    fail('KEYHOLD_PORT is not a port number.', 'Set it to a number from 1 to 65535, or leave it out for 8443.')
  }
  return { home: resolve(process.env['KEYHOLD_HOME'] ?? '.keyhold'), port }
}

function fail(message: string, remedy: string): never {
  console.error(`${message}\nRemedy: ${remedy}`)
  process.exit(1)
}

const custodyClaims: Record<string, string> = {
  demo: 'Custody: demo. Both planes and the key file are on this machine: its administrator can read everything.',
  hosted: 'Custody: hosted. Reading is possible only while your key provider’s key is enabled.',
  yours: 'Custody: yours. The control plane holds no key and no path to a value.',
}

function announce(installation: Installation, home: string): void {
  const lines = [
    '',
    `  Keyhold is ready (${((performance.now() - started) / 1000).toFixed(1)} s).`,
    '',
    `  Open      ${installation.url}`,
    ...(installation.setupLink === null
      ? []
      : [
          '  Set up    with this link, once:',
          `            ${installation.setupLink}`,
          `            in the shell: npx keyhold setup '<link>'`,
        ]),
    `  Anchor    ${installation.anchorFingerprint}`,
    `  Authority ${installation.authority}`,
    `  Data in   ${home}`,
    `  ${custodyClaims[installation.custody] ?? installation.custody}`,
    ...(installation.isolation === 'bubblewrap' || process.env['KEYHOLD_SANDBOX'] === 'off'
      ? []
      : [
          '  Query processes run without a sandbox of their own. Remedy: install bubblewrap (Debian: apt install bubblewrap).',
        ]),
    '',
    '  Ctrl-C stops everything; the next start has it all still there.',
    '',
  ]
  console.log(lines.join('\n'))
}

const settings = readSettings()
console.log('Starting Keyhold …')
let installation: Installation
try {
  installation = await startInstallation({
    ...settings,
    onLog: (program, line) => console.error(`[${program}] ${line}`),
  })
} catch (error) {
  if (error instanceof StartError) fail(error.message, error.remedy)
  fail(error instanceof Error ? error.message : String(error), 'Nothing was lost; start again when it is mended.')
}
announce(installation, settings.home)

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  console.log('Stopping …')
  await installation.stop()
  console.log('Stopped. Everything is kept.')
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
