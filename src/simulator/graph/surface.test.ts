import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ACCOUNT,
  type Answer,
  CUSTOMER,
  FOREIGN_NUMBER,
  NUMBER,
  startTestSimulator,
  type TestSimulator,
  TOKEN,
} from '../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${simulator.url}${path}`, { headers })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] }
}

test.each(['/v13.0', '/v24.0', '/v99.9', ''])('any version is served: %j', async (version) => {
  const { status, headers, body } = await get(`${version}/${NUMBER}?fields=id`, { authorization: `Bearer ${TOKEN}` })
  expect([status, body]).toEqual([200, { id: NUMBER }])
  expect(headers.get('facebook-api-version')).toBe(version.slice(1) || 'v24.0')
  expect(headers.get('content-type')).toMatch('application/json')
  for (const name of ['x-fb-request-id', 'x-fb-trace-id', 'x-fb-rev', 'x-business-use-case-usage']) {
    expect(headers.get(name)).toBeTruthy()
  }
})

test('the token is read from either header form and from the query', async () => {
  expect((await get(`/v24.0/${NUMBER}`, { authorization: `OAuth ${TOKEN}` })).status).toBe(200)
  expect((await get(`/v24.0/${NUMBER}?access_token=${TOKEN}`)).status).toBe(200)
})

test.each<[number, number, string, string, string | undefined]>([
  [401, 104, 'no token', `/v24.0/${NUMBER}`, undefined],
  [401, 190, 'a token nobody has', `/v24.0/${NUMBER}`, 'garbage'],
  [400, 100, 'an id nobody has', '/v24.0/999999999999999', TOKEN],
  [400, 100, 'an id of another account', `/v24.0/${FOREIGN_NUMBER}`, TOKEN],
  [400, 100, 'an edge that only takes POST', `/v24.0/${NUMBER}/messages`, TOKEN],
  [400, 2500, 'an edge nobody has', `/v24.0/${NUMBER}/nothing`, TOKEN],
  [400, 2500, 'an edge of an edge', `/v24.0/${NUMBER}/messages/1`, TOKEN],
  [400, 2500, 'a path that is no id', '/v24.0/nothing', TOKEN],
  [400, 2500, 'the version alone', '/v24.0', TOKEN],
  [400, 2500, 'nothing', '/', TOKEN],
  [400, 100, 'a field nobody has', `/v24.0/${NUMBER}?fields=id,colour`, TOKEN],
])('%i with code %i for %s', async (status, code, _, path, token) => {
  const answer = await get(path, token ? { authorization: `Bearer ${token}` } : {})
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch('OAuth "Facebook Platform"')
})

test('an unknown id is Meta’s GraphMethodException', async () => {
  const { body } = await simulator.graph('DELETE', '/999999999999999')
  expect(body.error).toMatchObject({ type: 'GraphMethodException', code: 100, error_subcode: 33 })
  expect(body.error.message).toMatch("Unsupported delete request. Object with ID '999999999999999' does not exist")
})

test('accounts and numbers are read', async () => {
  expect((await simulator.graph('GET', `/${ACCOUNT}`)).body).toEqual({
    id: ACCOUNT,
    name: 'Lucky Shrub',
    currency: 'USD',
    timezone_id: '1',
    message_template_namespace: expect.any(String),
  })
  const { body } = await simulator.graph('GET', `/${ACCOUNT}/phone_numbers`)
  expect(body.data).toHaveLength(2)
  expect(body.data[0]).toMatchObject({
    id: NUMBER,
    display_phone_number: '+1 555-078-3881',
    verified_name: 'Lucky Shrub',
    quality_rating: 'GREEN',
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
  })
  expect((await simulator.graph('GET', `/${NUMBER}?fields=status,health_status{entities}`)).body).toMatchObject({
    status: 'CONNECTED',
    id: NUMBER,
  })
})

test('reading marks what came before, shows typing for 25 seconds, and refuses the unknown', async () => {
  await using own = await startTestSimulator()
  await own.customerSays('One')
  const second = (await own.customerSays('Two')).body.id
  await own.customerSays('Three')
  const read = (message: Record<string, unknown>) =>
    own.graph('POST', `/${NUMBER}/messages`, { messaging_product: 'whatsapp', status: 'read', ...message })
  expect((await read({ message_id: second, typing_indicator: { type: 'text' } })).body).toEqual({ success: true })
  const phone = await own.phone()
  expect(phone.messages.map((message) => message.status)).toEqual(['read', 'read', 'sent'])
  expect(phone.typing).toEqual([NUMBER])
  await own.clock.advance(25_000)
  expect((await own.phone()).typing).toEqual([])
  expect((await read({ message_id: 'wamid.unknown' })).body.error.code).toBe(131009)
  expect((await read({})).body.error.code).toBe(100)
  expect((await read({ message_id: second, typing_indicator: { type: 'voice' } })).body.error.code).toBe(100)
  expect((await read({ message_id: second, colour: 'red' })).body.error.code).toBe(100)
})

const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const message = (part: unknown) =>
  JSON.stringify({ messaging_product: 'whatsapp', to: CUSTOMER, type: 'text', text: part })
const NASTY: [string, string][] = [
  ['nothing', ''],
  ['no JSON', '{"messaging_product":'],
  ['a list', '[]'],
  ['a number', '7'],
  ['null', 'null'],
  ['a string', '"whatsapp"'],
  ['a deep object', deep(100_000)],
  ['a deep list', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a deep part', message(JSON.parse(deep(500)))],
  ['a prototype', '{"__proto__":{"messaging_product":"whatsapp"},"constructor":1,"to":"1","type":"__proto__"}'],
  ['NUL', message({ body: '\u0000' })],
  ['half an emoji', '{"messaging_product":"whatsapp","to":"16505551234","text":{"body":"\\ud83d"}}'],
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0x7b]).toString('latin1')],
  ['a long body', message({ body: 'x'.repeat(1_000_000) })],
  ['a body past every limit', message({ body: 'x'.repeat(11_000_000) })],
  ...[null, true, 7, '', [], {}, [[]], { body: null }, { body: [] }, { body: {} }].map((part): [string, string] => [
    `text ${JSON.stringify(part)}`,
    message(part),
  ]),
  ...['type', 'to', 'context', 'biz_opaque_callback_data', 'recipient_type', 'status', 'message_id'].flatMap((key) =>
    [null, true, 7, [], {}, '\u0000'].map((value): [string, string] => {
      const body = { messaging_product: 'whatsapp', to: CUSTOMER, type: 'text', text: { body: 'x' }, [key]: value }
      return [`${key} ${JSON.stringify(value)}`, JSON.stringify(body)]
    }),
  ),
  ...['image', 'template', 'interactive'].flatMap((type) =>
    [null, true, [], {}, { type: [] }, { name: {}, language: [], components: 7 }, { action: [], body: 1 }].map(
      (part): [string, string] => [
        `${type} ${JSON.stringify(part)}`,
        JSON.stringify({ messaging_product: 'whatsapp', to: CUSTOMER, type, [type]: part }),
      ],
    ),
  ),
]

test.each(NASTY)('never a failure of the server’s own: %s', async (_, body) => {
  for (const path of [`/${NUMBER}/messages`, `/${ACCOUNT}/message_templates`, `/${NUMBER}/media`, '/nothing']) {
    const answer = await simulator.graph('POST', path, body)
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers.get('content-type')).toMatch('application/json')
    if (answer.status !== 200) expect(answer.body.error.code).toEqual(expect.any(Number))
  }
})

test.each([
  '/%',
  '/%zz',
  '/%00',
  `/v24.0/%c3%28/messages`,
  '/v24.0/../../etc/passwd',
  `/v24.0/${NUMBER}/messages?limit=%`,
  `/${'a'.repeat(8000)}`,
  '//',
  '/v24.0/__proto__',
  '/constructor/messages',
  `/v24.0/${NUMBER}/constructor`,
  '/whatsapp_business/attachments',
  '/whatsapp_business/attachments/?mid=1&ext=NaN&hash=x',
])('a path as odd as %s gets JSON', async (path) => {
  const raw = await exchange(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
  )
  expect(raw).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(raw).toMatch(/content-type: application\/json/i)
  expect(raw).toMatch(/"error":\{/)
})

test.each(['PUT', 'PATCH', 'OPTIONS', 'PROPFIND', 'TRACE'])('%s is answered in JSON', async (method) => {
  const raw = await exchange(
    `${method} /v24.0/${NUMBER} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
  )
  expect(raw).toMatch(/^HTTP\/1\.1 400 /)
  expect(raw).toMatch(/"error":\{/)
})

test.each([
  'nonsense\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
  'GET / HTTP/9.9\r\n\r\n',
])('bytes that are no request get JSON too', async (bytes) => {
  expect(await exchange(bytes)).toMatch(/^HTTP\/1\.1 4\d\d .*application\/json.*"error":\{/s)
})

test.each(['text/plain', 'application/xml', 'nonsense', ''])('a body of type %j is read as JSON', async (type) => {
  const answer = await simulator.graph('POST', `/${NUMBER}/messages`, message({ body: 'Hi' }), { 'content-type': type })
  expect(answer.status).toBeLessThan(500)
  expect(answer.headers.get('content-type')).toMatch('application/json')
})

test('a form counts like JSON', async () => {
  const form = new URLSearchParams({ messaging_product: 'whatsapp', to: CUSTOMER, text: '{"body":"Hi"}' }).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await simulator.graph('POST', `/${NUMBER}/messages`, form, type)).status).toBe(200)
})

/** Sends bytes that no HTTP client would. */
function exchange(bytes: string): Promise<string> {
  const { port } = new URL(simulator.url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}
