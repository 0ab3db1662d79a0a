import { expect, test } from 'vitest'
import { ensureProject } from '../../src/store/commands/ensure-project.ts'
import { saveTemplates } from '../../src/store/commands/templates.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { ACCOUNT, makeKey, NUMBER, startGateway, TOKEN } from '../support/start-gateway.ts'

const text = { messaging_product: 'whatsapp', to: '15551234567', type: 'text', text: { body: 'x' } }
const UNAUTHORIZED = { error: 'Invalid or missing API key' }

test('who may call: X-API-Key alone decides, a bearer is a key or the token of one number', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const path = `${gateway.meta}/${NUMBER}/messages`
  const status = async (headers: Record<string, string>, query = '') =>
    (await gateway.call('POST', path + query, text, headers)).status

  expect(await status({ 'x-api-key': gateway.api_key })).toBe(200)
  expect(await status({ authorization: `Bearer ${gateway.api_key}` })).toBe(200)
  expect(await status({ authorization: `bearer ${TOKEN}` })).toBe(200)
  expect(await status({}, `?access_token=${gateway.api_key}`)).toBe(200)
  expect(await status({ 'x-api-key': gateway.admin_key })).toBe(403)

  graph.requests.length = 0
  const wrong = `${gateway.api_key.slice(0, -1)}${gateway.api_key.endsWith('a') ? 'b' : 'a'}`
  for (const headers of [
    {},
    { 'x-api-key': '' },
    { 'x-api-key': wrong },
    { 'x-api-key': wrong, authorization: `Bearer ${gateway.api_key}` },
    { authorization: `Basic ${gateway.api_key}` },
    { authorization: 'Bearer nobody' },
    { 'x-api-key': 'x'.repeat(5000) },
  ] as Array<Record<string, string>>) {
    const answer = await gateway.call('POST', path, text, headers)
    expect([answer.status, answer.json]).toEqual([401, UNAUTHORIZED])
    expect(answer.headers.get('content-type')).toContain('application/json')
  }
  expect(graph.requests).toHaveLength(0)
})

test('a revoked key ends at once', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const admin = { 'x-api-key': gateway.admin_key }
  const created = await gateway.call('POST', '/fairlead/v1/api_keys', { name: 'shop' }, admin)
  expect(created.status).toBe(201)
  const { id, key } = created.json.data as { id: string; key: string }
  const send = () => gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text, { 'x-api-key': key })
  expect((await send()).status).toBe(200)
  expect((await gateway.call('DELETE', `/fairlead/v1/api_keys/${id}`, undefined, admin)).status).toBe(204)
  expect((await send()).status).toBe(401)

  const list = await gateway.call('GET', '/fairlead/v1/api_keys', undefined, admin)
  expect(list.text).not.toContain(key)
  expect((await gateway.call('GET', '/fairlead/v1/api_keys')).status).toBe(403)
})

test('another project’s number, account or media is answered as one that does not exist, and nothing goes up', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const { store } = gateway.context
  const other = await store.write(ensureProject, { name: 'other' })
  const stranger = { 'x-api-key': await makeKey(gateway, 'project', other.id) }
  graph.answers({ body: { id: '1037001122334455' } })
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('file', new Blob(['x'], { type: 'image/png' }), 'a.png')
  const upload = await fetch(`${gateway.meta}/${NUMBER}/media`, {
    method: 'POST',
    headers: { 'x-api-key': gateway.api_key },
    body: form,
  })
  expect(upload.status).toBe(200)
  graph.requests.length = 0

  for (const [method, path] of [
    ['POST', '/ID/messages'],
    ['GET', '/ID'],
    ['DELETE', '/ID'],
    ['GET', '/ID/message_templates'],
    ['DELETE', '/ID/message_templates?name=x'],
    ['GET', '/ID/phone_numbers'],
  ] as const) {
    for (const [known, unknown] of [
      [NUMBER, '999999999999999'],
      [ACCOUNT, '888888888888888'],
      ['1037001122334455', '777777777777777'],
    ] as const) {
      const ask = (id: string) =>
        gateway.call(method, gateway.meta + path.replace('ID', id), method === 'POST' ? text : undefined, stranger)
      const [foreign, missing] = [await ask(known), await ask(unknown)]
      expect(foreign.status).toBeGreaterThanOrEqual(400)
      if (path !== '/ID') {
        expect(foreign.status).toBe(missing.status)
        expect(foreign.json.error).toMatchObject({
          code: 404,
          message: (missing.json.error as { message: string }).message,
        })
      }
    }
  }
  expect(graph.requests).toHaveLength(0)
})

test.each([
  ['no JSON', 'hello'],
  ['cut short', '{"to":"1'],
  ['empty', ''],
  ['an array', '[]'],
  ['a string', '"x"'],
  ['null', 'null'],
  ['a number', '7'],
  ['a byte order mark', '\ufeff{}'],
  ['nested 20,000 deep and not closed', '['.repeat(20_000)],
  ['a recipient given twice', '{"to":"1555","to":"1666","type":"text"}'],
  ['a recipient given twice, once in escapes', '{"to":"1555","\\u0074o":"1666","type":"text"}'],
])('a body that is %s is refused in Graph’s form and nothing goes up', async (_name, body) => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body)
  expect(answer.status).toBe(400)
  expect(answer.json.error).toMatchObject({
    type: 'OAuthException',
    code: 100,
    message: expect.stringMatching(/^\(#100\)/),
  })
  expect(graph.requests).toHaveLength(0)
})

test('odd but readable bodies are Meta’s to judge', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ status: 400, body: { error: { message: '(#100) …', type: 'OAuthException', code: 100 } } })
  for (const body of [
    {},
    { type: 'text' },
    { to: '', type: 'text' },
    { to: { a: 1 }, type: 7 },
    { messaging_product: 'whatsapp', to: '1555', type: 'no_such_type' },
    { to: '1555', type: 'image', image: { id: '1', link: 'https://example.com/a.jpg' } },
    JSON.parse(`${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`),
    { to: '1555', type: 'text', biz_opaque_callback_data: 7 },
    { to: '1\u00001555', type: 'text' },
  ]) {
    const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body)
    expect([answer.status, (answer.json.error as { code: number }).code]).toEqual([400, 100])
    const sent = JSON.parse(graph.requests.at(-1)?.body.toString() ?? '')
    if (typeof body.biz_opaque_callback_data !== 'number') delete sent.biz_opaque_callback_data
    expect(sent).toEqual(body)
  }
})

test('a body over 1 MB is refused before Meta sees it', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, {
    ...text,
    x: 'y'.repeat(1024 * 1024),
  })
  expect([answer.status, answer.json]).toEqual([413, { error: 'The request body is too large.' }])
  expect(graph.requests).toHaveLength(0)
})

test('the account to send from must be the number’s own, and is not passed on', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const send = (extra: object) => gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, { ...extra, ...text })
  expect((await send({ messaging_account_id: ACCOUNT, paid_messaging_account_id: '1' })).status).toBe(200)
  expect(graph.requests.at(-1)?.body.toString()).not.toContain('messaging_account_id')
  const mismatch = await send({ messaging_account_id: '1' })
  expect([mismatch.status, mismatch.json]).toEqual([
    422,
    {
      error: 'Messaging account does not match this WhatsApp phone number',
      code: 'messaging_account_mismatch',
    },
  ])
})

test('path tricks reach no upstream address but the expected one', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0
  const tricks = ['..', '.', '%2e%2e', '..%2fme', '\\..\\me', '%5c..%5cme', '//evil.example/x', '%2f%2fevil.example',
    `${NUMBER}%3Faccess_token=x`, `${NUMBER}%0d%0aHost:%20x`, `${NUMBER}%00`, `${NUMBER};a=b`, `${NUMBER}%2f..%2fme`,
    `${NUMBER}%252f`, '%E0%A4%A', '%', `${NUMBER}é`, '١٢٣٤٥٦٧٨', `+${NUMBER}`, ` ${NUMBER}`] // biome-ignore format: a list to read across
  const edge = (x: string) => `/meta/whatsapp/v24.0/${NUMBER}/${x}`
  const frames = [
    (x: string) => `/meta/whatsapp/v24.0/${x}/messages`,
    (x: string) => `/meta/whatsapp/v24.0/${x}/media`,
    (x: string) => `/meta/whatsapp/v24.0/${x}`,
    (x: string) => `/meta/whatsapp/v24.0/${x}/settings`,
    (x: string) => `/meta/whatsapp/v24.0/${x}/flows`,
    (x: string) => `/meta/whatsapp/v24.0/flows/${x}`,
    (x: string) => `/meta/whatsapp/v24.0/${NUMBER}/message_qrdls/${x}/y`,
    edge,
    (x: string) => `/meta/whatsapp/${x}/${NUMBER}/messages`,
    (x: string) => `/api/meta/${x}/${NUMBER}`,
    (x: string) => `/meta/whatsapp/v24.0/${ACCOUNT}/message_templates/${x}`,
  ]
  for (const trick of [...tricks, 'me', 'debug_token', 'app', '%6d%65']) {
    for (const frame of frames) {
      // Under a number of ours a word is an edge of it, and goes up as one.
      if (frame === edge && !tricks.includes(trick)) continue
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
        const status = await rawStatus(gateway.url, method, frame(trick), gateway.api_key)
        expect([400, 404, 405], `${method} ${frame(trick)}`).toContain(status)
      }
    }
  }
  expect(graph.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([])
  await rawStatus(gateway.url, 'GET', edge('%6d%65'), gateway.api_key)
  expect(graph.requests.map(({ url }) => url)).toEqual([`/v24.0/${NUMBER}/me`])
})

test('credentials and orders in the query go no further', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const query = 'limit=2&access_token=a&appsecret_proof=b&method=delete&suppress_http_code=1&input_token=c&callback=d'
  await gateway.call('GET', `${gateway.meta}/${ACCOUNT}/message_templates?${query}`)
  expect(graph.requests.at(-1)?.url).toBe(`/v24.0/${ACCOUNT}/message_templates?limit=2`)
  const twice = await gateway.call('GET', `${gateway.meta}/${ACCOUNT}/message_templates?limit=1&limit=2`)
  expect(twice.status).toBe(400)
})

test('unknown paths and methods are 404 in JSON everywhere', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  for (const path of [
    '/',
    '/nothing',
    '/platform/v1/nothing',
    '/meta/whatsapp/v24.0/nothing',
    `/meta/whatsapp/${NUMBER}/x`,
  ]) {
    const answer = await gateway.call('PATCH', path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('application/json')
  }
})

test('the platform list refuses nonsense by name and clamps what is too much', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const list = (query: string) => gateway.call('GET', `/platform/v1/whatsapp/phone_numbers?${query}`)
  for (const query of ['page=0', 'per_page=x', 'messaging_enabled=maybe', 'created_after=yesterday']) {
    const answer = await list(query)
    expect(answer.status).toBe(400)
    expect(answer.json.error).toContain(query.split('=')[0])
  }
  expect((await list('per_page=1000')).json.meta).toEqual({ page: 1, per_page: 100, total_pages: 1, total_count: 1 })
  expect((await list('name_contains=%25')).json.data).toEqual([])
  expect((await list('name_contains=es&unknown=1')).json.data).toHaveLength(1)
  const missing = await gateway.call('GET', '/platform/v1/whatsapp/phone_numbers/999999')
  expect([missing.status, missing.json]).toEqual([404, { error: 'Phone number not found' }])
})

const FLOW = '770088990011223'

/** Whatever takes a body, by JSON or by form. */
const WRITES: Array<[method: string, path: string]> = [
  ['POST', `/${NUMBER}`],
  ['POST', `/${NUMBER}/request_code`],
  ['POST', `/${NUMBER}/verify_code`],
  ['POST', `/${NUMBER}/register`],
  ['POST', `/${NUMBER}/deregister`],
  ['POST', `/${NUMBER}/settings`],
  ['POST', `/${NUMBER}/whatsapp_business_profile`],
  ['POST', `/${NUMBER}/whatsapp_commerce_settings`],
  ['POST', `/${NUMBER}/conversational_automation`],
  ['POST', `/${NUMBER}/block_users`],
  ['DELETE', `/${NUMBER}/block_users`],
  ['POST', `/${NUMBER}/message_qrdls`],
  ['POST', `/${NUMBER}/message_qrdls/4O4YGZEG3RIVE1`],
  ['POST', `/${NUMBER}/calls`],
  ['POST', `/${NUMBER}/username`],
  ['POST', `/${NUMBER}/groups`],
  ['POST', `/${NUMBER}/flows`],
  ['POST', `/${NUMBER}/an_edge_of_tomorrow`],
  ['POST', `/${ACCOUNT}/flows`],
  ['POST', `/${ACCOUNT}/subscribed_apps`],
  ['POST', `/${ACCOUNT}/message_templates`],
  ['POST', `/${ACCOUNT}/message_templates?hsm_id=990011223344551`],
  ['PUT', `/${ACCOUNT}/message_templates?hsm_id=990011223344551`],
  ['POST', `/${NUMBER}/marketing_messages`],
  ['POST', `/${FLOW}`],
  ['POST', `/${FLOW}/assets`],
  ['POST', `/${FLOW}/publish`],
]
const MULTIPART = 'multipart/form-data; boundary=x'
const field = (name: string) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nvalue\r\n--x--\r\n`
const BODIES: Array<[what: string, body: string, contentType?: string]> = [
  ['no JSON', 'hello'],
  ['cut short', '{"to":"1'],
  ['an array', '[]'],
  ['a text', '"x"'],
  ['null', 'null'],
  ['a byte order mark', '\ufeff{}'],
  ['nested and not closed', '['.repeat(20_000)],
  ['no JSON, under another type', 'hello', 'text/plain'],
  ['a token', '{"access_token":"x"}'],
  ['another method, in escapes', '{"\\u006dethod":"delete"}'],
  ['another method, in a form', 'a=b&method=delete', 'application/x-www-form-urlencoded'],
  ['a token, in a form', '%61ccess_token=x', 'application/x-www-form-urlencoded'],
  ['a multipart form without a boundary', field('a'), 'multipart/form-data'],
  ['a multipart form that is cut short', field('a').slice(0, 40), MULTIPART],
  ['a multipart form without parts', '--x--\r\n', MULTIPART],
  ['a token, in a multipart form', field('access_token'), MULTIPART],
  ['another method, in a multipart form', field('method'), MULTIPART],
]
/** These take no form, so that a form is no object to them. */
const SENDS = /marketing_messages/

test.each(WRITES)('%s %s refuses bodies that are none, and those that give orders', async (method, path) => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0
  for (const [what, body, contentType = 'application/json'] of BODIES) {
    // What a send says beside the message is Meta's to judge: it goes up with our token, as a POST.
    if (SENDS.test(path) && /token|method/.test(what) && contentType === 'application/json') continue
    const headers = { 'x-api-key': gateway.api_key, 'content-type': contentType }
    const answer = await gateway.call(method, gateway.meta + path, body, headers)
    expect([answer.status, answer.json.error], `${what}: ${answer.text}`).toEqual([
      400,
      expect.objectContaining({ type: 'OAuthException', code: 100, message: expect.stringMatching(/^\(#100\)/) }),
    ])
  }
  expect(graph.requests).toEqual([])
})

test.each<[method: string, path: string, status: number, error: unknown]>([
  ['PUT', `/${ACCOUNT}/message_templates`, 400, 'hsm_id is required'],
  ['PUT', `/${ACCOUNT}/message_templates?hsm_id=`, 400, 'hsm_id is required'],
  ['POST', `/${ACCOUNT}/message_templates?hsm_id=`, 400, 'hsm_id is required'],
  ['PUT', `/${ACCOUNT}/message_templates?hsm_id=abc`, 400, 'invalid template_id'],
  ['POST', `/${ACCOUNT}/message_templates?hsm_id=..%2Fme`, 400, 'invalid template_id'],
  ['POST', `/${ACCOUNT}/message_templates?hsm_id=${'1'.repeat(21)}`, 400, 'invalid template_id'],
  ['DELETE', `/${ACCOUNT}/message_templates?hsm_id=abc`, 400, 'invalid template_id'],
  ['DELETE', `/${ACCOUNT}/message_templates?hsm_id=abc&name=a`, 400, 'invalid template_id'],
  ['GET', `/${NUMBER}/settings?fields=a&fields=b`, 400, { code: 100 }],
  ['GET', `/${NUMBER}/message_qrdls?limit=1&limit=2`, 400, { code: 100 }],
  ['POST', `/${NUMBER}/username?a[]=1&a[]=2`, 400, { code: 100 }],
  ['GET', `/${FLOW}?phone_number_id=999999999`, 404, { code: 404 }],
  ['GET', `/${FLOW}?business_account_id=999999999`, 404, { code: 404 }],
  ['POST', `/${FLOW}/publish?phone_number_id=..%2Fme`, 404, { code: 404 }],
  ['DELETE', `/flows/${FLOW}?phone_number_id=999999999`, 404, { code: 404 }],
  ['GET', '/999999999/flows', 404, { code: 404 }],
  ['POST', '/999999999/marketing_messages', 404, { code: 404 }],
  ['POST', '/999999999/block_users', 404, { code: 404 }],
  ['POST', '/999999999/whatsapp_business_profile', 404, { code: 404 }],
  ['GET', '/999999999/groups', 404, { code: 404 }],
  ['GET', '/999999999/settings', 404, { code: 404 }],
  ['POST', '/999999999/request_code', 404, { code: 404 }],
  ['GET', '/999999999/message_qrdls/4O4YGZEG3RIVE1', 404, { code: 404 }],
  ['GET', `/${NUMBER}/message_qrdls/..%2F..%2Fme`, 404, { code: 404 }],
  ['DELETE', `/${NUMBER}/message_qrdls/${'A'.repeat(65)}`, 404, { code: 404 }],
  ['GET', `/${NUMBER}/Settings`, 404, { code: 404 }],
  ['GET', `/${NUMBER}/${'a'.repeat(65)}`, 404, { code: 404 }],
  ['GET', '/Y2FwaV9ncm91cDox%2F../invite_link', 404, { code: 404 }],
  ['DELETE', '/flows/abc', 404, { code: 404 }],
  ['DELETE', '/flows', 404, { code: 404 }],
])('%s %s is answered with %i', async (method, path, status, error) => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0
  const body = method === 'GET' || method === 'DELETE' ? undefined : {}
  const answer = await gateway.call(method, gateway.meta + path, body)
  expect([answer.status, answer.json.error]).toEqual([
    status,
    typeof error === 'string' ? error : expect.objectContaining({ type: 'OAuthException', ...(error as object) }),
  ])
  expect(graph.requests).toEqual([])
})

test('a list of templates to delete may not hold another project’s', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const { store, numbers } = gateway.context
  const other = await store.write(ensureProject, { name: 'other' })
  const template = { business_account_id: ACCOUNT, template_id: '111111', name: 'a', language: 'en' }
  const ours = (await numbers.byPhoneNumberId(NUMBER))?.project_id ?? 0
  await store.write(saveTemplates, [
    { ...template, project_id: ours, category: null, status: null, payload: '{}' },
    { ...template, project_id: other.id, template_id: '222222', category: null, status: null, payload: '{}' },
  ])
  graph.answers({ body: { success: true } })
  graph.requests.length = 0
  const remove = (ids: string) =>
    gateway.call('DELETE', `${gateway.meta}/${ACCOUNT}/message_templates?hsm_ids=${encodeURIComponent(ids)}`)
  expect((await remove('["111111","222222"]')).status).toBe(404)
  expect(graph.requests).toEqual([])
  expect((await remove('["111111"]')).status).toBe(200)
  expect(await store.db.query.selectFrom('templates').select('template_id').execute()).toEqual([
    { template_id: '222222' },
  ])
})

test('a flow may be large, and nothing else', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: { id: FLOW, success: true } })
  const large = { name: 'a', flow_json: 'x'.repeat(2 * 1024 * 1024) }
  expect((await gateway.call('POST', `${gateway.meta}/${ACCOUNT}/flows`, large)).status).toBe(200)
  const refused = await gateway.call('POST', `${gateway.meta}/${NUMBER}/settings`, large)
  expect([refused.status, refused.json]).toEqual([413, { error: 'The request body is too large.' }])
})

test('trouble with Meta is named, whatever was asked', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers('reset')
  const asked = [
    ['GET', `/${NUMBER}/settings`],
    ['POST', `/${NUMBER}/register`],
    ['POST', `/${ACCOUNT}/flows`],
    ['DELETE', `/flows/${FLOW}`],
    ['PUT', `/${ACCOUNT}/message_templates?hsm_id=990011223344551`],
    ['GET', `/${NUMBER}/groups`],
  ] as const
  const ask = async ([method, path]: (typeof asked)[number]) =>
    gateway.call(method, gateway.meta + path, method === 'POST' || method === 'PUT' ? {} : undefined)
  for (const question of asked) {
    const answer = await ask(question)
    expect([answer.status, answer.json]).toEqual([502, { error: 'Meta API request failed' }])
  }
  for (const body of ['', '<html>', '{"data":', '[]', 'null', '{"data":{"groups":7},"id":7}', '{"data":[null,7,{}]}']) {
    graph.answers({ body, status: 200 })
    for (const question of asked) {
      const answer = await fetch(gateway.meta + question[1], {
        method: question[0],
        headers: { 'x-api-key': gateway.api_key },
        ...((question[0] === 'POST' || question[0] === 'PUT') && { body: '{}' }),
      })
      expect([answer.status, await answer.text()]).toEqual([200, body])
    }
  }
})

/** The status of a request whose path is sent exactly as written. */
async function rawStatus(base: string, method: string, path: string, key: string): Promise<number> {
  const { request } = await import('node:http')
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path: encodeNonAscii(path), headers: { 'x-api-key': key } },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    sent.on('error', reject)
    sent.end(method === 'POST' ? '{"to":"1555","type":"text"}' : undefined)
  })
}

// Node's client refuses what is not ASCII or holds a space; on the wire it is UTF-8, as a browser would send it.
const encodeNonAscii = (path: string) => path.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character))
