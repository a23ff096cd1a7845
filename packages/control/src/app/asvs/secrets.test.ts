/** ASVS chapters 6 and 7: how much chance is in what opens something. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTotp } from '../../modules/factors/testing/factor-person.ts'
import type { TestNode, TestOwner } from '../../modules/setup/testing/test-node.ts'
import { useNode } from '../../modules/setup/testing/use-node.ts'
import { drawSecret, hashSecret } from '../../modules/tokens/index.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => void ({ node, owner } = world))

/** Bits of a text whose signs are drawn alike. */
const bits = (signs: number, alphabet: number) => signs * Math.log2(alphabet)

test('V6.5.4, V7.2.3: each kind of code and secret has as much chance in it as its use asks for, and none comes twice', async () => {
  for (const kind of ['svc', 'ses', 'inv', 'rst', 'pen'] as const) {
    const drawn = Array.from({ length: 200 }, () => drawSecret(kind))
    assert.equal(new Set(drawn).size, drawn.length)
    const secret = drawn[0] ?? ''
    assert.ok(bits(/^kh_\w{3}_([0-9A-Za-z]{43})_/.exec(secret)?.[1]?.length ?? 0, 62) >= 256, kind)
    assert.equal(hashSecret(secret).length, 32)
  }
  const { secret, codes } = await addTotp(node, owner.bearer)
  assert.ok(bits(/^[A-Z2-7]+$/.exec(secret)?.[0].length ?? 0, 32) >= 160, 'an app’s secret')
  assert.equal(new Set(codes).size, 10)
  for (const code of codes ?? []) {
    assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    assert.ok(bits(code.replaceAll('-', '').length, 32) >= 20)
  }
})
