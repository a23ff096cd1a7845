import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

test('the defaults are the local ones', () => {
  assert.deepEqual(readConfig({ KEYHOLD_HOME: '/srv/keyhold', KEYHOLD_WEB: '/srv/web' }), {
    home: '/srv/keyhold',
    port: 8443,
    host: '127.0.0.1',
    custody: 'demo',
    outgoing: { ranges: [], hosts: [], authorities: undefined, dnsServers: [] },
    webFolder: '/srv/web',
    mail: { from: 'keyhold@localhost' },
  })
})

test('a wrong setting is refused with a remedy, and its value is not repeated', () => {
  const wrong: [Record<string, string>, string][] = [
    [{}, 'config.home_missing'],
    [{ KEYHOLD_PORT: 'secret' }, 'config.port_invalid'],
    [{ KEYHOLD_PORT: '70000' }, 'config.port_invalid'],
    [{ KEYHOLD_PORT: '-1' }, 'config.port_invalid'],
    [{ KEYHOLD_HOST: 'sec ret' }, 'config.host_invalid'],
    [{ KEYHOLD_CUSTODY: 'secret' }, 'config.custody_invalid'],
    [{ KEYHOLD_URL: 'http://secret.example' }, 'config.url_invalid'],
    [{ KEYHOLD_URL: 'https://example.test/secret' }, 'config.url_invalid'],
    [{ KEYHOLD_TRUSTED_PROXIES: 'secret' }, 'config.trusted_proxies_invalid'],
    [{ KEYHOLD_TRUSTED_PROXIES: '10.0.0.0/8,' }, 'config.trusted_proxies_invalid'],
    [{ DATABASE_URL: 'postgres://secret' }, 'database.url_invalid'],
  ]
  for (const [settings, code] of wrong) {
    const environment = code === 'config.home_missing' ? settings : { KEYHOLD_HOME: '/x', ...settings }
    assert.throws(
      () => readConfig(environment),
      (error: Error & { code: string; remedy: string }) =>
        error.code === code && error.remedy.length > 0 && !error.message.includes('secret'),
    )
  }
})
