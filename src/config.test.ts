import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, unknownSettings } from './config.ts'

test.each([
  [{ FAIRLEAD_PORT: 'eighty' }, 'FAIRLEAD_PORT must be a port number.'],
  [{ FAIRLEAD_PORT: '70000' }, 'FAIRLEAD_PORT must be a port number up to 65535.'],
  [{ FAIRLEAD_GRAPH_URL: 'graph.facebook.com' }, /^FAIRLEAD_GRAPH_URL must be an address like https:/],
  [{ FAIRLEAD_GRAPH_URL: 'https://user:pw@example.com' }, /^FAIRLEAD_GRAPH_URL must be an address/],
  [{ FAIRLEAD_PUBLIC_URL: 'ftp://example.com' }, /^FAIRLEAD_PUBLIC_URL must be an address/],
  [{ FAIRLEAD_GRAPH_VERSION: '24' }, 'FAIRLEAD_GRAPH_VERSION must look like v24.0.'],
  [{ FAIRLEAD_MASTER_KEY: 'short' }, /^FAIRLEAD_MASTER_KEY must be 32 bytes in base64/],
  [{ FAIRLEAD_ALLOW_PRIVATE_WEBHOOKS: '10.0.0.0/8, here' }, /^FAIRLEAD_ALLOW_PRIVATE_WEBHOOKS holds "here"/],
  [{ FAIRLEAD_WINDOW_ERROR: 'loud' }, /^FAIRLEAD_WINDOW_ERROR /],
  [{ DATABASE_URL: 'mysql://localhost/x' }, /^DATABASE_URL must be an address like postgres:/],
  [{ DATABASE_URL: 'postgres://localhost' }, /^DATABASE_URL must be an address like postgres:/],
  [{ DATABASE_URL: 'localhost/x' }, /^DATABASE_URL must be an address like postgres:/],
  [{ DATABASE_URL: 'postgresql://u:pw@localhost/x' }, /^FAIRLEAD_MASTER_KEY must be set with DATABASE_URL/],
  [
    { FAIRLEAD_MASTER_KEY_FILE: '/nowhere/at/all' },
    /^FAIRLEAD_MASTER_KEY_FILE names \/nowhere\/at\/all, which cannot be read/,
  ],
])('%j stops the start with one line', (env, line) => {
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ name: 'StartError', message: expect.stringMatching(line) }),
  )
  expect(() => readConfig(env)).not.toThrow(/\n/)
})

test('defaults, empty variables and values from files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-config-'))
  const file = join(folder, 'key')
  writeFileSync(file, `${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 })
  const config = readConfig({
    FAIRLEAD_PORT: '',
    FAIRLEAD_MASTER_KEY_FILE: file,
    FAIRLEAD_GRAPH_URL: 'https://a.example/',
  })
  expect(config).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    graphUrl: 'https://a.example',
    masterKey: Buffer.alloc(32, 1),
  })
  chmodSync(file, 0o644)
  expect(() => readConfig({ FAIRLEAD_MASTER_KEY_FILE: file })).toThrow(/others can read/)
})

test('a misspelt setting is noticed', () => {
  expect(
    unknownSettings({ FAIRLEAD_PROT: '1', FAIRLEAD_PORT: '1', FAIRLEAD_API_KEY: 'k', FAIRLEAD_MASTER_KEY_FILE: 'x' }),
  ).toEqual(['FAIRLEAD_PROT'])
})
