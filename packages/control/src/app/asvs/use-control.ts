import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request as sendRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { connect } from 'node:tls'
import { readConfig } from '../config.ts'
import { seedHome } from '../../testing/seed-home.ts'
import { startControl, type Control } from '../control.ts'

export type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
export type Ask = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export type OpenControl = {
  readonly control: Control
  readonly home: string
  readonly get: (path: string, ask?: Ask) => Promise<Got>
  /** Sends bytes over TLS as they are, and gives all that comes back until the server ends the connection. */
  readonly sendBytes: (bytes: string | Buffer) => Promise<string>
}

/** Runs a whole control plane for the tests of a file; `web` serves a small web app, else its plain pages are served. */
export function useControl(kind: 'web' | 'plain', onStart: (open: OpenControl) => void): void {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-asvs-'))
  let control: Control | undefined
  before(async () => {
    const webFolder = join(home, 'dist')
    if (kind === 'web') writeWebApp(webFolder)
    await seedHome(home)
    control = await startControl({ ...readConfig({ KEYHOLD_HOME: home, KEYHOLD_PORT: '0' }), webFolder })
    onStart(openControl(control, home))
  })
  after(async () => {
    await control?.stop()
    rmSync(home, { recursive: true, force: true })
  })
}

function writeWebApp(folder: string): void {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  const page = '<!doctype html><script type="module" src="/assets/index-1.js" nonce="__CSP_NONCE__"></script>'
  writeFileSync(join(folder, 'index.html'), page)
  writeFileSync(join(folder, 'assets/index-1.js'), 'export {}')
  writeFileSync(join(folder, 'assets/index-1.css'), 'body { color: red }')
  writeFileSync(join(folder, 'mark.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
}

function openControl(control: Control, home: string): OpenControl {
  const target = { host: '127.0.0.1', port: control.port, servername: 'localhost', ca: control.authority }
  return {
    control,
    home,
    get(path, { method = 'GET', headers = {}, body } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Got>()
      sendRequest({ ...target, agent: false, path, method, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        )
      })
        .on('error', reject)
        .end(body)
      return promise
    },
    sendBytes(bytes) {
      const { promise, resolve } = Promise.withResolvers<string>()
      const socket = connect(target)
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
      socket.on('error', () => undefined)
      socket.once('close', () => resolve(text))
      socket.write(bytes)
      return promise
    },
  }
}
