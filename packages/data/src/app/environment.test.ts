import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { describeEnvironment } from './environment.ts'

/** Sets variables for one test; `detectSandbox` reads the process's own. */
function setVariables(context: TestContext, variables: Record<string, string>): void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  context.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
}

test('KEYHOLD_SANDBOX=off is said as what it is', (context) => {
  setVariables(context, { KEYHOLD_SANDBOX: 'off' })
  assert.equal(describeEnvironment().isolation, 'process')
})

test('a required sandbox that does not work is refused with a remedy', (context) => {
  setVariables(context, { KEYHOLD_SANDBOX: 'required', PATH: '/nonexistent' })
  assert.throws(() => describeEnvironment(), { code: 'engine.no_sandbox', remedy: /bubblewrap/ })
})
