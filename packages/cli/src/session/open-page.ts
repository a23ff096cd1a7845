/** Opens a page in the person's browser, where there is one. */
import { spawn } from 'node:child_process'

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Without a shell, so that nothing in the address is a command. Whether it worked is not known: the address is printed too. */
export function openPage(url: string, env: Readonly<Record<string, string | undefined>>): void {
  if (env['SSH_CONNECTION'] !== undefined) return
  const screen = env['DISPLAY'] ?? env['WAYLAND_DISPLAY']
  const [program, ...words] = openers[process.platform] ?? (screen === undefined ? [] : ['xdg-open'])
  if (program === undefined) return
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true })
  child.once('error', () => {})
  child.unref()
}
