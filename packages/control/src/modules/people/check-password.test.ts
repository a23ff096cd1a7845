import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../platform/errors.ts'
import { checkPassword } from './check-password.ts'

const email = 'ada.lovelace@engines.example'

async function judge(password: string, secondFactor = false): Promise<string> {
  try {
    await checkPassword(password, email, secondFactor)
    return 'taken'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

test('KEB-15: fifteen characters when it is the only factor, eight beside a second one', async () => {
  assert.equal(await judge('zk4 vorn heft'), 'password.too_short')
  assert.equal(await judge('zk4 vorn heftab'), 'taken')
  assert.equal(await judge('zk4vorn', true), 'password.too_short')
  assert.equal(await judge('zk4 vorn', true), 'taken')
})

test('characters are counted, not bytes: and any that Unicode has will do, blanks included', async () => {
  assert.equal(await judge('🦦🐢🦉🐙🦔 ünïcödé ß'), 'taken')
  assert.equal(await judge('🦦🐢🦉🐙🦔 ünïcödé'), 'password.too_short')
})

const simple = [
  'passwordpassword',
  'qwerty123456789',
  '1qaz2wsx3edc4rfv',
  'P@ssw0rdP@ssw0rd!',
  'Dragon-Monkey-2026!!',
  'hdrowssaphdrowssap',
  '!!!sunshine#2026#99',
  'ada.lovelace12345',
  'ada.lovelace-dragon',
  'engines.example.engines',
  'abcabcabcabcabcabc',
  'aaaaaaaaaaaaaaaaaaaa',
  'qwertyuiopasdfghjkl',
  'momsanaladventure',
]
for (const password of simple) {
  test(`KEB-15: "${password}" is too simple`, async () => assert.equal(await judge(password), 'password.too_simple'))
}

for (const password of [
  'four quiet herons wade',
  'quiet otter lamp seventeen',
  'Vq8#mZp2!xLw9@Rt',
  'x'.repeat(3) + 'kreuzotter weg',
]) {
  test(`"${password}" is taken`, async () => assert.equal(await judge(password), 'taken'))
}

test('KEB-15: the list holds beside a second factor too', async () => {
  for (const password of ['sunshine1', 'trustno1', 'Baseball!', 'ada.lovelace']) {
    assert.equal(await judge(password, true), 'password.too_simple', password)
  }
})

test('V6.2.4: the three thousand likeliest passwords are refused, of those that are long enough', async () => {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const long = dictionary['passwords-common'].filter((password) => password.length >= 8).slice(0, 3_000)
  assert.equal(long.length, 3_000)
  const verdicts = new Set(await Promise.all(long.map((password) => judge(password, true))))
  assert.deepEqual(verdicts, new Set(['password.too_simple']))
})
