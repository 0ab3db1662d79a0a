import { expect, test } from 'vitest'
import { connectNumber, type NewNumber } from '../../src/access/connect-number.ts'
import { manualClock } from '../../src/lib/clock.ts'
import { ensureProject } from '../../src/store/commands/ensure-project.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { ACCOUNT, makeKey, NUMBER, startGateway, type TestGateway, TOKEN } from '../support/start-gateway.ts'

const FLOW = '770088990011223'
const TEMPLATE = '990011223344551'
const GROUP = 'Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD'

/** What a client asks, and what Meta is asked; one word for both where they are the same. */
const SAME = 'the same'
const ROUTES: Array<[method: string, path: string, upstream: string, body?: object]> = [
  ['GET', `/${ACCOUNT}/message_templates?name=a&status=APPROVED&category=UTILITY&language=en&limit=5&after=MQ`, SAME],
  ['GET', `/${ACCOUNT}/message_templates?summary=total_count%2Cmessage_template_count&order=ASC`, SAME],
  ['GET', `/${ACCOUNT}/message_templates/${TEMPLATE}?fields=name%2Cstatus`, `GET /${TEMPLATE}?fields=name%2Cstatus`],
  ['GET', `/${TEMPLATE}?business_account_id=${ACCOUNT}`, `GET /${TEMPLATE}`],
  ['POST', `/${ACCOUNT}/message_templates`, SAME, { name: 'a', language: 'en' }],
  ['POST', `/${ACCOUNT}/message_templates?hsm_id=${TEMPLATE}`, `POST /${TEMPLATE}`, { category: 'UTILITY' }],
  ['PUT', `/${ACCOUNT}/message_templates?hsm_id=${TEMPLATE}`, `POST /${TEMPLATE}`, { components: [] }],
  ['POST', `/${TEMPLATE}`, SAME, { category: 'UTILITY' }],
  ['DELETE', `/${ACCOUNT}/message_templates?name=a`, SAME],
  ['DELETE', `/${ACCOUNT}/message_templates?name=a&language=en`, SAME],
  ['DELETE', `/${ACCOUNT}/message_templates?hsm_id=${TEMPLATE}&name=a`, SAME],
  ['POST', `/${ACCOUNT}/upsert_message_templates`, SAME, { name: 'a' }],
  ['GET', `/${ACCOUNT}/message_template_previews?category=AUTHENTICATION`, SAME],
  ['GET', `/${TEMPLATE}/compare?template_ids=%5B1%5D`, SAME],
  ['POST', `/${TEMPLATE}/unpause`, SAME],
  ['GET', `/${ACCOUNT}/phone_numbers?fields=id`, SAME],
  ['GET', `/${ACCOUNT}?fields=analytics.start%281%29`, SAME],
  ['GET', `/${NUMBER}?fields=id%2Cverified_name`, SAME],
  ['POST', `/${NUMBER}`, SAME, { pin: '123456' }],
  ['POST', `/${NUMBER}/request_code`, SAME, { code_method: 'SMS', language: 'en' }],
  ['POST', `/${NUMBER}/request_code?code_method=SMS&language=en`, SAME],
  ['POST', `/${NUMBER}/verify_code`, SAME, { code: '123456' }],
  ['POST', `/${NUMBER}/register`, SAME, { messaging_product: 'whatsapp', pin: '123456' }],
  ['POST', `/${NUMBER}/deregister`, SAME],
  ['GET', `/${NUMBER}/settings?include_sip_credentials=true`, SAME],
  ['POST', `/${NUMBER}/settings`, SAME, { calling: { status: 'ENABLED' } }],
  ['GET', `/${NUMBER}/whatsapp_business_profile?fields=about`, SAME],
  ['POST', `/${NUMBER}/whatsapp_business_profile`, SAME, { messaging_product: 'whatsapp', about: 'Open' }],
  ['GET', `/${NUMBER}/whatsapp_commerce_settings`, SAME],
  ['POST', `/${NUMBER}/whatsapp_commerce_settings?is_cart_enabled=true`, SAME],
  ['POST', `/${NUMBER}/conversational_automation`, SAME, { enable_welcome_message: true }],
  ['GET', `/${NUMBER}/whatsapp_business_encryption`, SAME],
  ['POST', `/${NUMBER}/whatsapp_business_encryption`, SAME, { business_public_key: 'x' }],
  ['GET', `/${NUMBER}/block_users?limit=5`, SAME],
  ['POST', `/${NUMBER}/block_users`, SAME, { messaging_product: 'whatsapp', block_users: [{ user: '1555' }] }],
  ['DELETE', `/${NUMBER}/block_users`, SAME, { messaging_product: 'whatsapp', block_users: [{ user: '1555' }] }],
  ['GET', `/${NUMBER}/username`, SAME],
  ['POST', `/${NUMBER}/username`, SAME, { username: 'shop' }],
  ['DELETE', `/${NUMBER}/username`, SAME],
  ['GET', `/${NUMBER}/username_suggestions`, SAME],
  ['GET', `/${NUMBER}/message_qrdls?limit=25`, SAME],
  ['GET', `/${NUMBER}/message_qrdls/`, `GET /${NUMBER}/message_qrdls`],
  ['POST', `/${NUMBER}/message_qrdls`, SAME, { prefilled_message: 'Hi', generate_qr_image: 'SVG' }],
  ['GET', `/${NUMBER}/message_qrdls/4O4YGZEG3RIVE1`, SAME],
  ['POST', `/${NUMBER}/message_qrdls/4O4YGZEG3RIVE1?prefilled_message=Hi`, SAME],
  ['DELETE', `/${NUMBER}/message_qrdls/4O4YGZEG3RIVE1`, SAME],
  ['GET', `/${NUMBER}/call_permissions?user_wa_id=15551234567`, SAME],
  ['POST', `/${NUMBER}/calls`, SAME, { messaging_product: 'whatsapp', action: 'connect', to: '1555' }],
  ['POST', `/${NUMBER}/thread_control`, SAME, { messaging_product: 'whatsapp', action: 'take', to: '1555' }],
  ['GET', `/${NUMBER}/message_history`, SAME],
  ['GET', `/${NUMBER}/official_business_account`, SAME],
  ['GET', `/${ACCOUNT}/flows?limit=5&after=MQ`, SAME],
  ['GET', `/${NUMBER}/flows`, `GET /${ACCOUNT}/flows`],
  ['POST', `/${ACCOUNT}/flows`, SAME, { name: 'a', categories: ['OTHER'] }],
  ['POST', `/${NUMBER}/flows`, `POST /${ACCOUNT}/flows`, { name: 'a', categories: ['OTHER'] }],
  ['POST', `/${ACCOUNT}/migrate_flows`, SAME, { source_waba_id: '1' }],
  ['GET', `/${FLOW}?fields=preview.invalidate%28false%29&flow_token=t`, SAME],
  ['POST', `/${FLOW}?business_account_id=${ACCOUNT}`, `POST /${FLOW}`, { name: 'b' }],
  ['GET', `/${FLOW}/assets?phone_number_id=${NUMBER}`, `GET /${FLOW}/assets`],
  ['POST', `/${FLOW}/publish?phone_number_id=${NUMBER}`, `POST /${FLOW}/publish`],
  ['POST', `/${FLOW}/deprecate`, SAME],
  ['DELETE', `/flows/${FLOW}?phone_number_id=${NUMBER}`, `DELETE /${FLOW}`],
  ['DELETE', `/flows/${FLOW}?business_account_id=${ACCOUNT}`, `DELETE /${FLOW}`],
  ['GET', `/${NUMBER}/groups?limit=5`, SAME],
  ['POST', `/${NUMBER}/groups`, SAME, { messaging_product: 'whatsapp', subject: 'Regulars' }],
  ['GET', `/${GROUP}?fields=subject`, SAME],
  ['POST', `/${GROUP}?phone_number_id=${NUMBER}`, `POST /${GROUP}`, { messaging_product: 'whatsapp', subject: 'b' }],
  ['GET', `/${GROUP}/invite_link`, SAME],
  ['DELETE', `/${GROUP}/participants`, SAME, { messaging_product: 'whatsapp', participants: [{ user: '1555' }] }],
  ['DELETE', `/${GROUP}`, SAME],
  ['GET', `/${ACCOUNT}/subscribed_apps`, SAME],
  ['POST', `/${ACCOUNT}/subscribed_apps`, SAME, { override_callback_uri: 'https://example.com', verify_token: 'x' }],
  ['GET', `/${NUMBER}/an_edge_of_tomorrow?x=1`, SAME],
  ['POST', `/${NUMBER}/an_edge_of_tomorrow`, SAME, { x: 'BIG' }],
  ['DELETE', `/${ACCOUNT}/an_edge_of_tomorrow`, SAME],
]

test.each(ROUTES)(
  '%s %s reaches Meta as it came, and Meta’s answer comes back',
  async (method, path, expected, body) => {
    await using graph = await startCapturingGraph()
    await using gateway = await startGateway({ graphUrl: graph.url })
    graph.requests.length = 0
    const answers = [
      { status: 200, body: '{"success":true, "id":12345678901234567890}' },
      { status: 403, body: '{"error":{"message":"(#10) No","type":"OAuthException","code":10}}' },
    ]
    for (const [index, answer] of answers.entries()) {
      graph.answers(answer)
      // Written as nobody's library writes it, so that a body read and written again would show.
      const sent = body && JSON.stringify(body, null, '\t').replace('"BIG"', '9007199254740993')
      const given = await gateway.call(method, gateway.meta + path, sent, {
        'x-api-key': gateway.api_key,
        cookie: 'a=b',
        'x-custom': 'c',
      })
      expect([given.status, given.text]).toEqual([answer.status, answer.body])
      expect(given.headers.get('content-type')).toBe('application/json; charset=utf-8')
      const up = graph.requests[index]
      expect(`${up?.method} ${up?.url}`).toBe(
        expected === SAME ? `${method} /v24.0${path}` : expected.replace(' ', ' /v24.0'),
      )
      expect(up?.body.toString()).toBe(sent ?? '')
      expect(up?.headers.authorization).toBe(`Bearer ${TOKEN}`)
      expect(
        up?.rawHeaders.filter(
          (name) =>
            !/^(host|connection|authorization|accept|user-agent|content-type|content-length|transfer-encoding)$/i.test(
              name,
            ),
        ),
      ).toEqual([])
    }
    expect(graph.requests).toHaveLength(2)
  },
)

test('a request with neither body nor content type, and one with a content type only, are as good as any', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: { success: true } })
  const key = { 'x-api-key': gateway.api_key }
  const json = { ...key, 'content-type': 'application/json' }
  for (const [method, path, headers, body] of [
    ['POST', `/${NUMBER}/deregister`, key, undefined],
    ['POST', `/${NUMBER}/deregister`, json, undefined],
    ['POST', `/${NUMBER}/deregister`, json, ''],
    ['GET', `/${NUMBER}/settings`, json, undefined],
    ['DELETE', `/${NUMBER}/username`, json, undefined],
  ] as const) {
    const answer = await gateway.call(method, gateway.meta + path, body, headers)
    expect([answer.status, answer.json]).toEqual([200, { success: true }])
    expect(graph.requests.at(-1)?.headers['content-type']).toBeUndefined()
  }
})

test('forms go up as forms, multipart ones part by part', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: { success: true, validation_errors: [] } })
  const form = new FormData()
  form.append('file', new Blob(['{"version":"7.0"}'], { type: 'application/json' }), 'flow.json')
  form.append('name', 'flow.json')
  form.append('asset_type', 'FLOW_JSON')
  const headers = { 'x-api-key': gateway.api_key }
  const upload = await fetch(`${gateway.meta}/${FLOW}/assets`, { method: 'POST', headers, body: form })
  expect(await upload.json()).toEqual({ success: true, validation_errors: [] })
  const up = graph.requests.at(-1)
  expect(up?.url).toBe(`/v24.0/${FLOW}/assets`)
  const read = await new Response(up?.body, {
    headers: { 'content-type': up?.headers['content-type'] ?? '' },
  }).formData()
  expect([...read.keys()]).toEqual(['file', 'name', 'asset_type'])
  const file = read.get('file') as File
  expect([file.name, file.type, await file.text()]).toEqual(['flow.json', 'application/json', '{"version":"7.0"}'])

  const plain = { ...headers, 'content-type': 'application/x-www-form-urlencoded' }
  expect((await gateway.call('POST', `${gateway.meta}/${NUMBER}/verify_code`, 'code=123456', plain)).status).toBe(200)
  expect([graph.requests.at(-1)?.headers['content-type'], graph.requests.at(-1)?.body.toString()]).toEqual([
    plain['content-type'],
    'code=123456',
  ])
})

test('who blocks people without messaging_product gets it put in', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: {} })
  for (const [sent, expected] of [
    ['{ "block_users":[{"user":"1"}] }', '{"messaging_product":"whatsapp", "block_users":[{"user":"1"}] }'],
    [' {}', ' {"messaging_product":"whatsapp"}'],
  ]) {
    await gateway.call('POST', `${gateway.meta}/${NUMBER}/block_users`, sent)
    expect(graph.requests.at(-1)?.body.toString()).toBe(expected)
  }
})

const SECOND = { phone_number_id: '306540352242922', business_account_id: '302290129340398' }

/** A further number, of the project that the first one is in unless another is given. */
async function connect({ context }: TestGateway, change: Partial<NewNumber> = {}, project_id?: number) {
  const first = await context.numbers.byPhoneNumberId(NUMBER)
  await connectNumber(context, project_id ?? first?.project_id ?? 0, {
    name: 'Second',
    ...SECOND,
    access_token: 'second-token',
    kind: 'production',
    inbound_processing_enabled: true,
    calls_enabled: false,
    simulated: false,
    ...change,
  })
}

test('what one project has seen is not there for another, though both have one token', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const other = await gateway.context.store.write(ensureProject, { name: 'other' })
  // As two projects of one Meta system user have it.
  await connect(gateway, { access_token: TOKEN }, other.id)
  const stranger = { 'x-api-key': await makeKey(gateway, 'project', other.id) }
  const answerAs = async (body: object, path: string) => {
    graph.answers({ body })
    expect((await gateway.call('GET', gateway.meta + path)).status).toBe(200)
  }
  await answerAs({ data: [{ id: FLOW, name: 'a' }] }, `/${ACCOUNT}/flows`)
  await answerAs({ data: { groups: [{ id: GROUP, subject: 'a' }] } }, `/${NUMBER}/groups`)
  await answerAs({ data: [{ id: TEMPLATE, name: 'a', language: 'en' }] }, `/${ACCOUNT}/message_templates`)
  graph.requests.length = 0

  const { phone_number_id, business_account_id } = SECOND
  for (const [method, path] of [
    ...ROUTES,
    ['POST', `/${NUMBER}/marketing_messages`] as const,
    ...['GET', 'POST', 'DELETE'].map(
      (verb) => [verb, `/${business_account_id}/message_templates/${TEMPLATE}`] as const,
    ),
    ...['PUT', 'POST', 'DELETE'].map(
      (verb) => [verb, `/${business_account_id}/message_templates?hsm_id=${TEMPLATE}`] as const,
    ),
    ...[FLOW, GROUP, TEMPLATE].map((id) => ['GET', `/${id}?phone_number_id=${phone_number_id}`] as const),
    ['POST', `/${FLOW}/publish?business_account_id=${business_account_id}`] as const,
  ]) {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    const answer = await gateway.call(method, gateway.meta + path, body, stranger)
    expect([answer.status, (answer.json.error as { code: number }).code], `${method} ${path}`).toEqual([404, 404])
  }
  expect(graph.requests).toEqual([])
})

test('an id alone finds its number among several accounts once it has been seen', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  await connect(gateway)
  const publish = () => gateway.call('POST', `${gateway.meta}/${FLOW}/publish`)
  const unclear = await publish()
  expect([unclear.status, unclear.json.error]).toEqual([
    400,
    expect.objectContaining({ code: 100, message: expect.stringContaining('phone_number_id or business_account_id') }),
  ])
  graph.answers({ body: { id: FLOW, success: true } })
  await gateway.call('POST', `${gateway.meta}/${SECOND.business_account_id}/flows`, { name: 'a' })
  expect((await publish()).status).toBe(200)
  expect(graph.requests.at(-1)?.headers.authorization).toBe('Bearer second-token')
  expect((await gateway.call('DELETE', `${gateway.meta}/flows/${FLOW}`)).status).toBe(200)
  expect((await publish()).status).toBe(400)
})

test('only what such objects have hangs on an object, and what is Kapso’s own never goes to Meta', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: { data: [{ id: FLOW, name: 'a' }] } })
  await gateway.call('GET', `${gateway.meta}/${ACCOUNT}/flows`)
  graph.requests.length = 0
  for (const [method, path] of [
    ['GET', '/1234567890/subscriptions'],
    ['POST', '/1234567890/uploads'],
    ['GET', '/1234567890/owned_whatsapp_business_accounts'],
    ['GET', '/1234567890/accounts'],
    ['GET', '/1234567890/constructor'],
    ['GET', `/${FLOW}/invite_link`],
    ['GET', `/${NUMBER}/messages`],
    ['GET', `/${NUMBER}/calls`],
    ['GET', `/${NUMBER}/conversations`],
    ['POST', `/${NUMBER}/contacts`],
    ['PUT', `/${NUMBER}/settings`],
    ['PATCH', `/${NUMBER}/settings`],
    ['GET', `/${NUMBER}/settings/more`],
    ['GET', '/me'],
    ['GET', '/debug_token?input_token=x'],
    ['POST', '/'],
  ]) {
    const answer = await gateway.call(method ?? '', gateway.meta + path)
    expect([answer.status, answer.json.error], `${method} ${path}`).toEqual([
      404,
      expect.objectContaining({ message: 'Unknown path', type: 'OAuthException', code: 404 }),
    ])
  }
  expect(graph.requests).toEqual([])
})

test('an operator can keep edges from being changed', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({
    graphUrl: graph.url,
    env: { FAIRLEAD_DENIED_EDGES: 'subscribed_apps, deregister,block_users,message_templates,flows' },
  })
  graph.requests.length = 0
  for (const [method, path] of [
    ['DELETE', `/${ACCOUNT}/subscribed_apps`],
    ['POST', `/${NUMBER}/deregister`],
    ['POST', `/${NUMBER}/block_users`],
    ['POST', `/${NUMBER}/flows`],
    ['DELETE', `/${ACCOUNT}/message_templates?name=a`],
  ]) {
    const answer = await gateway.call(method ?? '', gateway.meta + path, method === 'POST' ? {} : undefined)
    expect([answer.status, typeof answer.json.error]).toEqual([403, 'string'])
  }
  expect(graph.requests).toEqual([])
  expect((await gateway.call('GET', `${gateway.meta}/${ACCOUNT}/subscribed_apps`)).status).toBe(200)
})

test('an edited template is kept as it was edited', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const base = `${gateway.meta}/${ACCOUNT}/message_templates`
  const before = { id: TEMPLATE, name: 'a', language: 'en', category: 'UTILITY', status: 'APPROVED', components: [] }
  graph.answers({ body: { data: [before] } })
  await gateway.call('GET', base)
  graph.answers({ body: { success: true } })
  const kept = async () => {
    const [row] = await gateway.context.store.db.query.selectFrom('templates').selectAll().execute()
    return JSON.parse(row?.payload ?? '')
  }
  const components = [{ type: 'BODY', text: 'Hi' }]
  await gateway.call('POST', `${base}?hsm_id=${TEMPLATE}`, { components })
  expect(await kept()).toEqual({ ...before, components })
  await gateway.call('POST', `${gateway.meta}/${TEMPLATE}`, { category: 'MARKETING' })
  expect(await kept()).toEqual({ ...before, components, category: 'MARKETING' })
  graph.answers({ status: 400, body: { error: { code: 100 } } })
  await gateway.call('POST', `${gateway.meta}/${TEMPLATE}`, { category: 'UTILITY' })
  expect((await kept()).category).toBe('MARKETING')
})

test('a sandbox number keeps its profile', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  await connect(gateway, { kind: 'sandbox' })
  const path = `/${SECOND.phone_number_id}/whatsapp_business_profile`
  const answer = await gateway.call('POST', gateway.meta + path, { about: 'x' })
  expect([answer.status, answer.json.error]).toEqual([
    403,
    expect.objectContaining({
      message: 'Sandbox WhatsApp configurations cannot update business profile',
      type: 'OAuthException',
      code: 403,
    }),
  ])
})

test('a marketing template goes over Meta’s edge for those, as a send', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const body = { messaging_product: 'whatsapp', to: '15551234567', type: 'template', template: { name: 'a' } }
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/marketing_messages`, body)
  expect([answer.status, answer.headers.get('fairlead-outcome')]).toEqual([200, 'accepted'])
  expect(graph.requests.at(-1)?.url).toBe(`/v24.0/${NUMBER}/marketing_messages`)
  const sends = await gateway.context.store.db.query.selectFrom('sends').select(['type', 'state']).execute()
  expect(sends).toEqual([{ type: 'template', state: 'accepted' }])
})

test('a key has so many requests a minute, an address without one as many, and every answer says how many are left', async () => {
  const clock = manualClock(Date.UTC(2026, 10, 25) * 1000)
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, clock, env: { FAIRLEAD_RATE_LIMIT: '3' } })
  const limits = ({ headers }: { headers: Headers }) => [
    headers.get('x-ratelimit-limit'),
    headers.get('x-ratelimit-remaining'),
  ]
  const settings = () => gateway.call('GET', `${gateway.meta}/${NUMBER}/settings`)
  expect(limits(await settings())).toEqual(['3', '2'])
  expect(limits(await gateway.call('GET', '/platform/v1/whatsapp/phone_numbers'))).toEqual(['3', '1'])
  expect(limits(await gateway.call('GET', `${gateway.meta}/999999`))).toEqual(['3', '0'])
  graph.requests.length = 0
  const refused = await settings()
  expect([refused.status, refused.json, refused.headers.get('retry-after')]).toEqual([
    429,
    { error: 'Rate limit exceeded', message: expect.any(String) },
    '60',
  ])
  expect(limits(refused)).toEqual(['3', '0'])
  expect(graph.requests).toEqual([])
  const statuses = []
  for (let index = 0; index < 4; index += 1) {
    statuses.push((await gateway.call('GET', `${gateway.meta}/${NUMBER}/settings`, undefined, {})).status)
  }
  expect(statuses).toEqual([401, 401, 401, 429])
  expect((await gateway.call('GET', '/health/live')).status).toBe(200)
  await clock.advance(60_000)
  expect((await settings()).status).toBe(200)
})
