/** testssl.sh: protocols, ciphers, known holes of TLS. Nothing above LOW, and authenticated encryption alone. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack, Finding } from './finding.ts'
import { runProgram } from './run-program.ts'

const patience = 600_000
const mild = new Set(['OK', 'INFO', 'LOW', 'DEBUG'])

/** Consequences of an authority that the installation makes itself, and of a name that only this machine has. */
const expected: Readonly<Record<string, string>> = {
  cert_chain_of_trust: 'the authority is the installation’s own; clients pin it or are told of it',
  cert_trust: 'asked for by address, while the certificate names this machine too',
  cert_revocation: 'a local authority revokes nothing: a certificate lives a year, and a start replaces it',
  cert_crlDistributionPoint: 'a local authority publishes no list',
  cert_ocspURL: 'a local authority answers no status questions',
  engine_problem: 'of the scanner’s own OpenSSL, not of the server',
  sessionresumption_ticket: 'the scanner could not ask with its own OpenSSL; nothing here rests on tickets',
  DNS_CAArecord: 'localhost has no DNS',
  HSTS: 'left out on this machine’s own names, where browsers would apply it to every other program; a test shows it elsewhere',
  overall_grade: 'a sum of the above: without a public authority the grade is T',
}

type Said = { readonly id: string; readonly severity: string; readonly finding: string }

export const scanTls: Attack = {
  name: 'TLS',
  program: 'testssl',
  debianPackage: 'testssl.sh',
  async run({ port, world }) {
    const file = join(world.folder, 'testssl.json')
    const args = [
      '--quiet',
      '--color',
      '0',
      '--warnings',
      'off',
      '--ip',
      'one',
      '--jsonfile',
      file,
      `localhost:${port}`,
    ]
    const { output, timedOut } = await runProgram('testssl', args, patience)
    const said = readSaid(file)
    const looked = said.some(({ id }) => id === 'TLS1_3') && said.some(({ id }) => id.startsWith('cipher'))
    if (timedOut || !looked) throw new Error(`testssl did not come to its end: ${output.slice(-500)}`)
    return [...said.filter(({ severity }) => !mild.has(severity)).map(judge), ...findWeakCiphers(said)]
  },
}

function readSaid(file: string): Said[] {
  const text = readFileSync(file, 'utf8').trim()
  return JSON.parse(text.endsWith(']') ? text : `${text}]`) as Said[]
}

function judge({ id, severity, finding }: Said): Finding {
  const key = id.split(' ', 1)[0] ?? id
  return { what: `${severity} ${id}: ${finding}`, expected: expected[key] ?? null }
}

/** Ciphers are listed one a line, `cipher-tls1_2_xc02c` or the like, whatever severity they are given. */
function findWeakCiphers(said: readonly Said[]): Finding[] {
  return said
    .filter(({ id }) => /^cipher[-_](tls|ssl|x)/i.test(id))
    .filter(({ finding }) => !/GCM|CHACHA20|CCM/i.test(finding))
    .map(({ id, finding }) => ({ what: `${id}: ${finding} is not authenticated encryption`, expected: null }))
}
