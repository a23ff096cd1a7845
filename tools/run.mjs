// `node tools/run.mjs FILE …`: runs the install step, builds the web app if it changed, then runs FILE on the project's own
// Node. Plain JavaScript for Node 20.
import { spawn } from 'node:child_process'
import { compileCache, ensureInstalled } from './install.mjs'
import { ensureWebBuilt } from './web-build.mjs'

let node
try {
  node = ensureInstalled()
  // The checks read sources only, and a data plane shows no page.
  if (!['tools/check.ts', 'tools/data-plane.ts'].includes(process.argv[2])) ensureWebBuilt()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(2)
}
const child = spawn(node, process.argv.slice(2), {
  stdio: 'inherit',
  env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
})
// Ctrl-C reaches the whole foreground group by itself; these are for signals sent to this process alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 2)))
