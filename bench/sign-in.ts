/** How long people wait to be signed in, password hash included. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { ownerPassword, startTestInstallation } from '../tools/testing/shell.ts'
import type { Figure } from './figure.ts'

export const benchmarks: Record<string, () => Promise<Figure[]>> = { 'signin.p95_ms': measureSignIns }

const atOnce = 10
const rounds = 20

async function measureSignIns(): Promise<Figure[]> {
  const place = await startTestInstallation({}, 'sources')
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  try {
    const { port } = new URL(place.installation.url)
    const ca = readFileSync(join(place.home, 'control', 'tls', 'authority.pem'))
    const target = { host: 'localhost', port, ca, agent, method: 'POST', path: '/v1/sessions' }
    const times: number[] = []
    // The first round makes the connections.
    for (let round = 0; round <= rounds; round += 1) {
      const waited = await Promise.all(Array.from({ length: atOnce }, () => signIn(target)))
      if (round > 0) times.push(...waited)
    }
    times.sort((a, b) => a - b)
    const pick = (part: number) => times[Math.ceil(times.length * part) - 1] ?? 0
    const note = `sign-ins by password over TLS, ${atOnce} at once, ${times.length} in all: argon2id of 19 MiB and 2 passes, session and log entry durable; median ${Math.round(pick(0.5))} ms`
    return [{ name: 'signin.p95_ms', value: Math.round(pick(0.95)), unit: 'ms', budget: '≤ 250', note }]
  } finally {
    agent.destroy()
    await place.end()
  }
}

async function signIn(target: RequestOptions): Promise<number> {
  const started = performance.now()
  const call = request({ ...target, headers: { 'content-type': 'application/json' } })
  call.end(JSON.stringify({ email: 'owner@example.org', password: ownerPassword }))
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  if (answer.statusCode !== 201) throw new Error(`a sign-in was answered with ${answer.statusCode}`)
  return performance.now() - started
}
