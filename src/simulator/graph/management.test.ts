import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT, NUMBER, startTestSimulator, type TestSimulator, testWorld } from '../testing/test-simulator.ts'

const APP = '2000000000000001'
const BUSINESS = '506914307656634'
const FLOW = '3000000000000001'
const TEMPLATE = '4000000000000001'

let simulator: TestSimulator
let group: string
let upload: string
beforeAll(async () => {
  const template = { id: TEMPLATE, name: 'a', language: 'en', category: 'UTILITY', components: [] }
  const world = testWorld([template])
  const [account] = world.accounts
  Object.assign(account ?? {}, { business_id: BUSINESS, flows: [{ id: FLOW, name: 'A', status: 'DRAFT' }] })
  simulator = await startTestSimulator({ world })
  // So that what comes late is not refused for what came before.
  await simulator.control('PATCH', '/settings', { limits: { calls_per_hour: null } })
  await simulator.graph('POST', `/${NUMBER}/groups`, { messaging_product: 'whatsapp', subject: 'A' })
  group = (await simulator.graph('GET', `/${NUMBER}/groups`)).body.data.groups[0].id
  upload = (await simulator.graph('POST', `/${APP}/uploads?file_length=9&file_type=image/png`)).body.id
})
afterAll(() => simulator[Symbol.asyncDispose]())

const EDGES: Record<string, string[]> = {
  [APP]: ['uploads'],
  [BUSINESS]: ['', 'owned_whatsapp_business_accounts', 'client_whatsapp_business_accounts'],
  [ACCOUNT]: [
    '',
    'phone_numbers',
    'flows',
    'migrate_flows',
    'assigned_users',
    'product_catalogs',
    'template_analytics',
    'message_template_previews',
    'upsert_message_templates',
  ],
  [NUMBER]: [
    'request_code',
    'verify_code',
    'register',
    'deregister',
    'whatsapp_business_profile',
    'whatsapp_commerce_settings',
    'conversational_automation',
    'settings',
    'whatsapp_business_encryption',
    'message_qrdls',
    'message_qrdls/A',
    'block_users',
    'groups',
    'calls',
    'call_permissions',
    'message_history',
    'smb_app_data',
    'official_business_account',
  ],
  [TEMPLATE]: ['compare'],
  [FLOW]: ['', 'assets', 'assets/flow.json', 'publish', 'deprecate'],
  group: ['', 'invite_link', 'participants', 'join_requests'],
  upload: [''],
  debug_token: [''],
  oauth: ['access_token'],
  me: [''],
}
const PATHS = Object.entries(EDGES).flatMap(([id, edges]) => edges.map((edge): [string, string] => [id, edge]))

const KEYS = [
  'messaging_product pin code language code_method cc phone_number verified_name data_localization_region',
  'about address description email websites vertical profile_picture_handle prompts commands is_cart_enabled',
  'calling user_identity_change payload_encryption storage_configuration business_public_key prefilled_message',
  'generate_qr_image block_users name categories clone_flow_id endpoint_uri flow_json publish source_waba_id',
  'source_flow_names application_id subject join_approval_mode participants join_requests action to session',
  'call_id user_wa_id sync_type user tasks languages category components file_length file_type file_name',
  'template_ids start end granularity metric_types input_token client_id client_secret fields limit after before',
]
  .join(' ')
  .split(' ')
const VALUES = [
  null,
  true,
  -1,
  1e21,
  '',
  ' ',
  '\u0000',
  '\ud83d',
  '[',
  'x'.repeat(3000),
  [],
  {},
  [null],
  [[]],
  [{}],
  [7],
]
const all = (value: unknown) => JSON.stringify(Object.fromEntries(KEYS.map((key) => [key, value])))
const product = (value: unknown) => JSON.stringify({ ...JSON.parse(all(value)), messaging_product: 'whatsapp' })

test.each(PATHS)('never a failure of the server’s own: %s/%s', async (id, edge) => {
  const name = id === 'group' ? group : id === 'upload' ? upload : id
  const path = edge === '' ? `/${name}` : `/${name}/${edge}`
  for (const method of ['GET', 'POST', 'DELETE']) {
    if (method === 'DELETE' && (edge === '' || edge === 'message_qrdls/A')) continue
    const bodies =
      method === 'GET' ? [undefined] : ['', '{', ...VALUES.flatMap((value) => [all(value), product(value)])]
    for (const body of bodies) {
      const answer = await simulator.graph(method, path, body)
      expect([method, body?.slice(0, 200), answer.status < 500]).toEqual([method, body?.slice(0, 200), true])
      if (answer.status !== 200) expect(answer.body.error.code).toEqual(expect.any(Number))
    }
    for (const value of ['', '[', '{}', '[{}]', '-1', '%00', '1', '__proto__']) {
      const query = KEYS.map((key) => `${key}=${value}`).join('&')
      const answer = await simulator.graph(method, `${path}?${query}`)
      expect([method, value, answer.status < 500]).toEqual([method, value, true])
    }
  }
})

test('broken multipart is refused', async () => {
  const type = { 'content-type': 'multipart/form-data; boundary=x' }
  for (const path of [`/${ACCOUNT}/flows`, `/${FLOW}`, `/${FLOW}/assets`, `/${group}`, `/${upload}`]) {
    const answer = await simulator.graph('POST', path, '--y\r\n', type)
    expect([path, answer.status]).toEqual([path, 400])
  }
})

test('another token sees none of it', async () => {
  const headers = { authorization: 'Bearer token-of-another' }
  for (const [id, edge] of PATHS.filter(([one]) => /^\d+$|group/.test(one) && one !== APP)) {
    const name = id === 'group' ? group : id
    const answer = await simulator.graph('GET', `/${name}/${edge}`, undefined, headers)
    expect([edge, answer.body.error.error_subcode]).toEqual([edge, 33])
  }
})

test('all of it survives an export', async () => {
  await using own = await startTestSimulator()
  const { graph, control } = own
  await graph('POST', `/${NUMBER}/message_qrdls`, { prefilled_message: 'Hi' })
  await graph('POST', `/${NUMBER}/groups`, { messaging_product: 'whatsapp', subject: 'A' })
  await graph('POST', `/${ACCOUNT}/flows`, { name: 'A', categories: ['OTHER'] })
  await graph('POST', `/${APP}/uploads?file_length=9&file_type=image/png`)
  const { state, waiting } = (await control('GET', '/state')).body
  expect((await control('PUT', '/state', (await control('GET', '/state')).body)).status).toBe(200)
  const after = (await control('GET', '/state')).body
  expect([after.state, after.waiting]).toEqual([state, waiting])
  expect((await graph('GET', `/${NUMBER}/message_qrdls`)).body.data).toHaveLength(1)
  await own.clock.advance(500)
  await own.receiver.until(() => own.receiver.deliveries.some(({ raw }) => raw.includes('group_create')))
})
