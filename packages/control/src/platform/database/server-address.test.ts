import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDatabaseUrl } from './server-address.ts'

test('AIV-05: a server over the network is reached by verified TLS, there is no other way', () => {
  const address = readDatabaseUrl('postgres://kh:p%40ss@db.example.org:6432/keyhold')
  assert.deepEqual(address, {
    host: 'db.example.org',
    port: 6432,
    user: 'kh',
    password: 'p@ss',
    database: 'keyhold',
    ssl: { rejectUnauthorized: true },
  })
  const refused = { code: 'database.url_invalid', remedy: /sslrootcert/ }
  for (const mode of ['disable', 'require', 'prefer', 'verify-ca']) {
    assert.throws(() => readDatabaseUrl(`postgres://kh:pw@db.example.org/keyhold?sslmode=${mode}`), refused)
  }
})

test('a Unix socket is named by its folder', () => {
  const address = readDatabaseUrl('postgres://kh:pw@/keyhold?host=/run/postgresql')
  assert.deepEqual(address, { host: '/run/postgresql', port: 5432, user: 'kh', password: 'pw', database: 'keyhold' })
})

test('what is not such an address is refused, and never repeated', () => {
  const wrong = ['', 'x', 'mysql://a:b@c/d', 'postgres://db.example.org/keyhold', 'postgres://kh:pw@db.example.org/']
  for (const text of [
    ...wrong,
    'postgres://kh:secret@h/d?sslrootcert=/no/such/file',
    'postgres://kh:secret@h/d?options=x',
  ]) {
    assert.throws(
      () => readDatabaseUrl(text),
      (error: Error & { code: string }) => error.code === 'database.url_invalid' && !error.message.includes('secret'),
    )
  }
})
