import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ACCOUNT,
  NUMBER,
  startTestSimulator,
  type TestSimulator,
  TOKEN,
  testWorld,
} from '../../testing/test-simulator.ts'
import { validateFlowJson } from './flow-json.ts'

const OTHER = '102290129340399'
const EDGE = `/${ACCOUNT}/flows`
const JSON_FILE = JSON.stringify({ version: '7.0', screens: [{ id: 'FIRST', title: 'First' }] })

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

let count = 0
const create = async (change: Record<string, unknown> = {}, own = simulator) =>
  (await own.graph('POST', EDGE, { name: `flow ${++count}`, categories: ['OTHER'], ...change })).body

const upload = (id: string, file: string | undefined, change: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [key, value] of Object.entries({ name: 'flow.json', asset_type: 'FLOW_JSON', ...change })) {
    form.set(key, value)
  }
  if (file !== undefined) form.set('file', new Blob([file], { type: 'application/json' }), 'flow.json')
  return simulator.graph('POST', `/${id}/assets`, form)
}

test('a flow is drafted, filled, published and deprecated, and the apps hear of it', async () => {
  const { id, success, validation_errors } = await create({ name: 'Sign up', categories: ['SIGN_UP'] })
  expect([success, validation_errors]).toEqual([true, []])
  expect((await upload(id, JSON_FILE)).body).toEqual({ success: true, validation_errors: [] })
  const node = async (fields: string) => (await simulator.graph('GET', `/${id}?fields=${fields}`)).body
  expect((await simulator.graph('GET', `/${id}`)).body).toEqual({
    id,
    name: 'Sign up',
    status: 'DRAFT',
    categories: ['SIGN_UP'],
    validation_errors: [],
  })
  expect(await node('preview.invalidate(false),json_version,whatsapp_business_account,application')).toEqual({
    id,
    preview: { preview_url: expect.stringMatching(/^https:/), expires_at: expect.stringMatching(/\+0000$/) },
    json_version: '7.0',
    whatsapp_business_account: expect.objectContaining({ id: ACCOUNT }),
    application: expect.objectContaining({ id: '2000000000000001' }),
  })
  const [asset] = (await simulator.graph('GET', `/${id}/assets`)).body.data
  expect(asset).toMatchObject({ name: 'flow.json', asset_type: 'FLOW_JSON' })
  const file = await fetch(asset.download_url, { headers: { authorization: `Bearer ${TOKEN}` } })
  expect(await file.text()).toBe(JSON_FILE)

  expect((await simulator.graph('POST', `/${id}/publish`)).body).toEqual({ success: true })
  const told = () =>
    simulator.receiver.deliveries
      .map(({ raw }) => JSON.parse(raw).entry[0].changes[0])
      .filter(({ field, value }) => field === 'flows' && value.flow_id === id)
  await simulator.receiver.until(() => told().length === 1)
  expect(told()[0].value).toEqual({
    event: 'FLOW_STATUS_CHANGE',
    flow_id: id,
    message: 'Flow Sign up changed status from DRAFT to PUBLISHED',
    old_status: 'DRAFT',
    new_status: 'PUBLISHED',
  })
  const code = async (method: string, path: string, body?: unknown) =>
    (await simulator.graph(method, path, body)).body.error.code
  expect(await code('POST', `/${id}/publish`)).toBe(139002)
  expect(await code('POST', `/${id}`, { name: 'Another' })).toBe(139001)
  expect((await upload(id, JSON_FILE)).body.error.code).toBe(139001)
  expect(await code('DELETE', `/${id}`)).toBe(139004)
  expect((await simulator.graph('POST', `/${id}/deprecate`)).body).toEqual({ success: true })
  await simulator.receiver.until(() => told().length === 2)
  expect(await code('POST', `/${id}/deprecate`)).toBe(139003)
})

test('a draft is renamed and deleted', async () => {
  const { id } = await create()
  const form = new FormData()
  form.set('name', 'Renamed')
  form.set('categories', '["SURVEY","OTHER"]')
  form.set('endpoint_uri', 'https://example.com/flow')
  expect((await simulator.graph('POST', `/${id}`, form)).body).toEqual({ success: true })
  expect((await simulator.graph('GET', `/${id}?fields=name,categories,endpoint_uri`)).body).toEqual({
    id,
    name: 'Renamed',
    categories: ['SURVEY', 'OTHER'],
    endpoint_uri: 'https://example.com/flow',
  })
  expect((await simulator.graph('POST', `/${id}/deprecate`)).body.error.code).toBe(139003)
  expect((await simulator.graph('POST', `/${id}/publish`)).body.error.code).toBe(139002)
  expect((await simulator.graph('DELETE', `/${id}`)).body).toEqual({ success: true })
  expect((await simulator.graph('GET', `/${id}`)).body.error.error_subcode).toBe(33)
})

test('a flow is made and published in one call, cloned, and listed', async () => {
  await using own = await startTestSimulator()
  const source = await create({ name: 'Source', flow_json: JSON_FILE, publish: true }, own)
  const clone = await create({ name: 'Clone', clone_flow_id: source.id }, own)
  const { data } = (await own.graph('GET', `${EDGE}?fields=name,status,json_version`)).body
  // Behind them come the two that the world began with.
  expect(data.slice(0, 2)).toEqual([
    { id: clone.id, name: 'Clone', status: 'DRAFT', json_version: '7.0' },
    { id: source.id, name: 'Source', status: 'PUBLISHED', json_version: '7.0' },
  ])
  expect((await own.graph('GET', `${EDGE}?limit=1`)).body.paging.next).toBeTruthy()
})

test('a flow with an endpoint is published with its address and a key', async () => {
  await using own = await startTestSimulator()
  const flow_json = JSON.stringify({ version: '7.0', data_api_version: '3.0', screens: [{ id: 'FIRST' }] })
  const { id } = await create({ flow_json }, own)
  const publish = async () => (await own.graph('POST', `/${id}/publish`)).body
  expect((await publish()).error.code).toBe(139002)
  await own.graph('POST', `/${id}`, { endpoint_uri: 'https://example.com/flow' })
  expect((await publish()).error.code).toBe(139002)
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const business_public_key = publicKey.export({ type: 'spki', format: 'pem' })
  await own.graph('POST', `/${NUMBER}/whatsapp_business_encryption`, { business_public_key })
  expect(await publish()).toEqual({ success: true })
})

test.each<[string, Record<string, unknown>]>([
  ['no name', { name: undefined }],
  ['no categories', { categories: undefined }],
  ['an empty list of categories', { categories: [] }],
  ['a category Meta has not', { categories: ['GAMES'] }],
  ['an endpoint that is no URL', { endpoint_uri: 'example' }],
  ['a clone of nothing', { clone_flow_id: '1' }],
])('%s makes no flow', async (_, change) => {
  expect((await create(change)).error.code).toBe(100)
})

test('wrong JSON makes a draft with errors, and is not published at once', async () => {
  const { validation_errors } = await create({ flow_json: '{}' })
  expect(validation_errors.length).toBeGreaterThan(0)
  expect((await create({ flow_json: '{}', publish: true })).error.code).toBe(139002)
  expect((await create({ publish: true })).error.code).toBe(139002)
})

test('a name is its flow’s own', async () => {
  await create({ name: 'Mine' })
  expect((await create({ name: 'Mine' })).error).toMatchObject({ code: 100, error_subcode: 4016019 })
  const { id } = await create()
  expect((await simulator.graph('POST', `/${id}`, { name: 'Mine' })).body.error.error_subcode).toBe(4016019)
})

test.each<[string, string | undefined, Record<string, string>]>([
  ['no file', undefined, {}],
  ['a file of another name', JSON_FILE, { name: 'a.json' }],
  ['a file of another type', JSON_FILE, { asset_type: 'IMAGE' }],
  ['a file past 10 MB', ' '.repeat(10 * 1024 * 1024 + 1), {}],
])('%s is no asset', async (_, file, change) => {
  const { id } = await create()
  expect((await upload(id, file, change)).body.error.code).toBe(100)
})

test('an app nobody has, or nothing, updates no flow', async () => {
  const { id } = await create()
  expect((await simulator.graph('POST', `/${id}`, { application_id: '1' })).body.error.code).toBe(100)
  expect((await simulator.graph('POST', `/${id}`, {})).body.error.code).toBe(100)
})

test.each<[string, string, string[], number, number]>([
  ['nothing at all', '', ['INVALID_JSON'], 1, 1],
  ['a brace too few', '{\n  "version": "7.0"', ['INVALID_JSON'], 2, 19],
  ['a word without quotes', '{\n  "version": seven\n}', ['INVALID_JSON'], 2, 14],
  ['no object', '[]', ['INVALID_PROPERTY_TYPE'], 1, 1],
  ['no version', '{"screens":[{"id":"A"}]}', ['REQUIRED_PROPERTY_MISSING'], 1, 1],
  ['a version of words', '{\n"version":"seven","screens":[{"id":"A"}]}', ['INVALID_PROPERTY_VALUE'], 2, 1],
  [
    'an odd data version',
    '{"version":"7.0","data_api_version":[],"screens":[{"id":"A"}]}',
    ['INVALID_PROPERTY_VALUE'],
    1,
    18,
  ],
  ['no screens', '{"version":"7.0"}', ['REQUIRED_PROPERTY_MISSING'], 1, 1],
  ['screens that are no list', '{"version":"7.0","screens":{}}', ['INVALID_PROPERTY_TYPE'], 1, 18],
  ['a screen without an id', '{"version":"7.0","screens":[{}]}', ['REQUIRED_PROPERTY_MISSING'], 1, 18],
  ['a screen with a number', '{"version":"7.0","screens":[{"id":"A1"}]}', ['INVALID_PROPERTY_VALUE'], 1, 18],
  ['two of one id', '{"version":"7.0","screens":[{"id":"A"},{"id":"A"}]}', ['DUPLICATE_SCREEN_IDS'], 1, 18],
])('%s is an error with its place', (_, text, errors, line, column) => {
  const found = validateFlowJson(text)
  expect(found.map(({ error }) => error)).toEqual(errors)
  expect(found[0]).toMatchObject({ line_start: line, line_end: line, column_start: column })
})

test('flows move to another account of the token', async () => {
  const world = testWorld()
  const [first, second] = world.accounts
  if (!first || !second) throw new Error('The world has two accounts.')
  second.access_token = TOKEN
  first.flows = [
    { id: '3000000000000001', name: 'One' },
    { id: '3000000000000002', name: 'Two' },
  ]
  second.flows = [{ id: '3000000000000003', name: 'Two' }]
  await using own = await startTestSimulator({ world })
  const migrate = async (body: unknown) => (await own.graph('POST', `/${OTHER}/migrate_flows`, body)).body
  expect(await migrate({ source_waba_id: ACCOUNT, source_flow_names: ['One', 'Two', 'Three'] })).toEqual({
    migrated_flows: [{ source_name: 'One', source_id: '3000000000000001', migrated_id: expect.any(String) }],
    failed_flows: [
      { source_name: 'Two', error_code: expect.any(String), error_message: expect.any(String) },
      { source_name: 'Three', error_code: expect.any(String), error_message: expect.any(String) },
    ],
  })
  expect((await own.graph('GET', `/${OTHER}/flows`)).body.data[0]).toMatchObject({ name: 'One', status: 'DRAFT' })
  for (const body of [{}, { source_waba_id: '1' }, { source_waba_id: OTHER }]) {
    expect((await migrate(body)).error.code).toBe(100)
  }
})
