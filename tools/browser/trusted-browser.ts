/** A real Chromium that trusts one installation's own authority and nothing that it should not: no error is ignored. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext } from 'playwright-core'
import { ensurePrograms } from '../system/debian.ts'

const executablePath = '/usr/bin/chromium'
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export type TrustedBrowser = { readonly browser: Browser; close(): Promise<void> }

/** Why no browser can be had here and what to do, or null. Installs Debian's packages where that is possible. */
export function refuseWithoutBrowser(): string | null {
  return ensurePrograms({ chromium: 'chromium', certutil: 'libnss3-tools' })
}

/** Starts Chromium with a certificate store of its own (NSS, in a temporary home) that holds these authorities. */
export async function openTrustedBrowser(...authorities: string[]): Promise<TrustedBrowser> {
  const home = makeTrustingHome(authorities)
  const browser = await chromium.launch({ executablePath, args, env: { ...process.env, HOME: home } })
  return {
    browser,
    async close() {
      await browser.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

export type TrustedProfile = { readonly context: BrowserContext; close(): Promise<void> }

/** The same with one lasting profile, which another program can drive too over DevTools' `port`. */
export async function openTrustedProfile(authority: string, port: number): Promise<TrustedProfile> {
  const home = makeTrustingHome([authority])
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath,
    args: [...args, `--remote-debugging-port=${port}`],
    env: { ...process.env, HOME: home },
    viewport: { width: 1440, height: 900 },
  })
  return {
    context,
    async close() {
      await context.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function makeTrustingHome(authorities: readonly string[]): string {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-browser-'))
  const store = join(home, '.pki', 'nssdb')
  mkdirSync(store, { recursive: true })
  runCertutil(['-N', '-d', `sql:${store}`, '--empty-password'])
  authorities.forEach((authority, at) => {
    runCertutil(['-A', '-d', `sql:${store}`, '-n', `keyhold ${at}`, '-t', 'C,,', '-i', authority])
  })
  return home
}

function runCertutil(words: string[]): void {
  const { status, stderr } = spawnSync('certutil', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`certutil ${words[0]} failed: ${stderr}`)
}
