/** testssl.sh: protocols, ciphers, known holes of TLS. Nothing above LOW, and authenticated encryption alone. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack, Finding } from './finding.ts'
import { runProgram } from './run-program.ts'

const patience = 600_000
const mild = new Set(['OK', 'INFO', 'LOW', 'DEBUG'])

/** Checks that the scanner may be unable to make, with the reason why that says nothing of the server. */
const unchecked: Readonly<Record<string, string>> = {
  engine_problem: 'of the scanner’s own OpenSSL, not of the server',
  // The server's own tests show that nobody comes back by a ticket.
  sessionresumption_ticket:
    'the scanner hangs up before the tickets of TLS 1.3 have come, or not, as chance has it; without one it has nothing to come back with',
}

type Said = { readonly id: string; readonly severity: string; readonly finding: string }

export const scanTls: Attack = {
  name: 'TLS',
  program: 'testssl',
  debianPackage: 'testssl.sh',
  async run({ port, world, authorityFile }) {
    const file = join(world.folder, 'testssl.json')
    const args = [
      '--quiet',
      '--color',
      '0',
      '--warnings',
      'off',
      '--ip',
      'one',
      '--add-ca',
      authorityFile,
      '--jsonfile',
      file,
      `localhost:${port}`,
    ]
    const { output, timedOut } = await runProgram('testssl', args, patience)
    const said = readSaid(file)
    const looked = said.some(({ id }) => id === 'TLS1_3') && said.some(({ id }) => id.startsWith('cipher'))
    if (timedOut || !looked) throw new Error(`testssl did not come to its end: ${output.slice(-500)}`)
    const findings = [...said.filter(({ severity }) => !mild.has(severity)).map(judge), ...findWeakCiphers(said)]
    return { tried: `${said.length} statements about protocols, ciphers and known holes`, findings }
  },
}

function readSaid(file: string): Said[] {
  const text = readFileSync(file, 'utf8').trim()
  return JSON.parse(text.endsWith(']') ? text : `${text}]`) as Said[]
}

function judge({ id, severity, finding }: Said): Finding {
  const key = id.split(' ', 1)[0] ?? id
  const reason = severity === 'WARN' ? unchecked[key] : undefined
  return { what: `${severity} ${id}: ${finding}`, expected: reason ?? null }
}

/** Ciphers are listed one a line, `cipher-tls1_2_xc02c` or the like, whatever severity they are given. */
function findWeakCiphers(said: readonly Said[]): Finding[] {
  return said
    .filter(({ id }) => /^cipher[-_](tls|ssl|x)/i.test(id))
    .filter(({ finding }) => !/GCM|CHACHA20|CCM/i.test(finding))
    .map(({ id, finding }) => ({ what: `${id}: ${finding} is not authenticated encryption`, expected: null }))
}
