import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConnection } from '../../scripts/connection.mjs'

const folder = mkdtempSync(join(tmpdir(), 'fairlead-connection-'))
const empty = mkdtempSync(join(tmpdir(), 'fairlead-nothing-'))
writeFileSync(
  join(folder, 'dev.json'),
  JSON.stringify({
    base_url: 'http://127.0.0.1:8080',
    api_key: 'dev-key',
    admin_key: 'dev-admin',
    phone_number_id: '1',
  }),
)
afterAll(() => {
  for (const path of [folder, empty]) rmSync(path, { recursive: true })
})

const KEY = { KAPSO_API_KEY: 'k' }

test.each([
  [{ KAPSO_API_BASE_URL: 'https://gw.example' }, 'https://gw.example', 'https://gw.example/meta/whatsapp/v24.0'],
  [{ KAPSO_API_BASE_URL: 'https://gw.example/' }, 'https://gw.example', 'https://gw.example/meta/whatsapp/v24.0'],
  [
    { KAPSO_API_BASE_URL: 'https://gw.example/platform/v1' },
    'https://gw.example',
    'https://gw.example/meta/whatsapp/v24.0',
  ],
  [
    { KAPSO_API_BASE_URL: 'https://gw.example/meta/whatsapp/v23.0/' },
    'https://gw.example',
    'https://gw.example/meta/whatsapp/v24.0',
  ],
  [
    { KAPSO_API_BASE_URL: 'https://x.example/wa/meta' },
    'https://x.example/wa',
    'https://x.example/wa/meta/whatsapp/v24.0',
  ],
  [
    { KAPSO_API_BASE_URL: 'https://a.example', KAPSO_META_GRAPH_VERSION: '23.0' },
    'https://a.example',
    'https://a.example/meta/whatsapp/v23.0',
  ],
  [
    { KAPSO_META_BASE_URL: 'https://m.example/meta/whatsapp' },
    'https://m.example',
    'https://m.example/meta/whatsapp/v24.0',
  ],
  [
    { KAPSO_META_BASE_URL: 'https://m.example/meta/whatsapp/v22.0/' },
    'https://m.example',
    'https://m.example/meta/whatsapp/v22.0',
  ],
  [
    { KAPSO_META_BASE_URL: 'https://m.example/meta/whatsapp/v22.0', KAPSO_META_GRAPH_VERSION: 'v25.0' },
    'https://m.example',
    'https://m.example/meta/whatsapp/v25.0',
  ],
  [
    { KAPSO_API_BASE_URL: 'https://a.example', KAPSO_META_BASE_URL: 'https://m.example/other' },
    'https://a.example',
    'https://m.example/other/v24.0',
  ],
  [
    { KAPSO_API_BASE_URL: 'https://a.example', FAIRLEAD_API_BASE_URL: 'https://b.example' },
    'https://b.example',
    'https://b.example/meta/whatsapp/v24.0',
  ],
])('%j', (env, origin, metaBase) => {
  const connection = readConnection({ ...KEY, FAIRLEAD_DATA_DIR: empty, ...env })
  expect(connection).toMatchObject({ origin, metaBase, apiKey: 'k', adminKey: 'k', phoneNumberId: null })
})

test('with nothing set, a running development instance is used', () => {
  expect(readConnection({ FAIRLEAD_DATA_DIR: folder })).toEqual({
    origin: 'http://127.0.0.1:8080',
    metaBase: 'http://127.0.0.1:8080/meta/whatsapp/v24.0',
    apiKey: 'dev-key',
    adminKey: 'dev-admin',
    phoneNumberId: '1',
  })
})

test('its key goes to its own address only', () => {
  expect(() => readConnection({ FAIRLEAD_DATA_DIR: folder, KAPSO_API_BASE_URL: 'https://gw.example' })).toThrow(
    /KAPSO_API_KEY/,
  )
  const own = readConnection({ FAIRLEAD_DATA_DIR: folder, KAPSO_API_BASE_URL: 'http://127.0.0.1:8080/platform/v1' })
  expect(own.apiKey).toBe('dev-key')
})

test('with nothing to go by, it says what to set', () => {
  expect(() => readConnection({ FAIRLEAD_DATA_DIR: empty })).toThrow(/KAPSO_API_BASE_URL/)
})
