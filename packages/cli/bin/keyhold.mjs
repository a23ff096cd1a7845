#!/usr/bin/env node
// The `keyhold` command. Plain JavaScript: it starts on Node 20 and goes on with the project's own Node 26.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function findProjectNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const found = fileURLToPath(new URL(`../../../node_modules/node/bin/${name}`, import.meta.url))
  return existsSync(found) ? found : undefined
}

if (Number(process.versions.node.split('.')[0]) >= 26) {
  await import('../src/main.ts')
} else {
  const node = findProjectNode()
  if (node === undefined) {
    process.stderr.write(
      'Keyhold needs Node 26 and the project’s own is not installed.\nRemedy: run "npm start" (or "npm ci") in the project folder once.\n',
    )
    process.exit(1)
  }
  const cache = fileURLToPath(new URL('../../../node_modules/.cache/keyhold', import.meta.url))
  const env = { NODE_COMPILE_CACHE: cache, ...process.env }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env })
  // Ctrl-C reaches the whole foreground group by itself; these are for signals sent to this process alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('exit', (code, signal) => process.exit(signal ? 2 : (code ?? 2)))
}
