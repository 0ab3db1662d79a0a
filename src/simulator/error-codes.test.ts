import { expect, test } from 'vitest'
import {
  account,
  after,
  type Cause,
  call,
  customer,
  interactive,
  number,
  passing,
  type Stored,
  said,
  seed,
  send,
  settings,
  state,
  statusesAfter,
  template,
  text,
  times,
  token,
  value,
} from './testing/causes.ts'
import { ACCOUNT, CUSTOMER, NUMBER, OTHER_NUMBER, startTestSimulator, TOKEN } from './testing/test-simulator.ts'

// Codes, statuses and texts are Meta's own, wherever Meta gives them word by word.
type Json = Record<string, unknown>

const DAY_MS = 86_400_000
const SEND = `/${NUMBER}/messages`
const TEMPLATES = `/${ACCOUNT}/message_templates`
const STRANGER = '5511999990000'

const templates = [
  seed('plain', 'Your order is ready.', { id: '7001' }),
  seed('greeting', 'Hi {{1}}, welcome.'),
  seed('long', `${'x'.repeat(1000)} {{1}}.`),
  seed('offer', 'Buy now.', { category: 'MARKETING', id: '7002' }),
  seed('paused', 'Hi.', { status: 'PAUSED' }),
  seed('disabled', 'Hi.', { status: 'DISABLED' }),
  seed('pending', 'Hi.', { status: 'PENDING' }),
  seed('code', 'Your code is {{1}}.', { category: 'AUTHENTICATION' }),
]

const list = (title: string, rows = 1): Json =>
  interactive('list', {
    button: 'Open',
    sections: [{ title: 'All', rows: Array.from({ length: rows }, (_, id) => ({ id: `${id}`, title })) }],
  })
const buttons = (count: number, body = 'Choose'): Json =>
  interactive(
    'button',
    { buttons: Array.from({ length: count }, (_, id) => ({ type: 'reply', reply: { id: `${id}`, title: `${id}` } })) },
    { body: { text: body } },
  )
const flow = interactive('flow', {
  name: 'flow',
  parameters: { flow_message_version: '3', flow_id: '1234', flow_cta: 'Book', flow_token: 't' },
})
const group = { id: 'Y2FwaXRhbA==Z', phone_number_id: NUMBER, subject: 'Ours', participants: [] }
const ownId: Cause = async (simulator) => {
  await settings({ switches: { user_ids: 'on' } }, async () => simulator.customerSays('Hi'))(simulator)
  const { body } = await simulator.control('GET', `/customers/${CUSTOMER}`)
  return simulator.send({ ...template('code', value('123456')), to: undefined, recipient: body.user_id })
}

/** `status code/subcode`, and what the message or the details say. */
const now: [answer: string, cause: string, cause: Cause, says?: string | RegExp][] = [
  [
    '403 10',
    'a token without the permission to message',
    token({ scopes: [] }),
    '(#10) Application does not have permission for this action',
  ],
  ['400 100', 'an unknown key', send(text('Hi', { colour: 'red' })), '(#100) Invalid parameter'],
  [
    '400 100',
    'no messaging_product',
    call('POST', SEND, { to: CUSTOMER }),
    '(#100) The parameter messaging_product is required.',
  ],
  ['400 100', 'a body that is no JSON', call('POST', SEND, '{"to'), /^\(#100\) /],
  [
    '400 100',
    'a body that is no JSON at all',
    call('POST', SEND, 'Hello', { 'content-type': 'text/plain' }),
    '(#100) The parameter messaging_product is required.',
  ],
  ['400 100', 'a wrong type', send(text(7)), "(#100) Param text['body'] must be a string."],
  ['400 100', 'no content', send({ type: 'text' }), "Parameter 'text' is mandatory for type 'text'"],
  [
    '400 100',
    'an interactive message without body',
    send(interactive('button', { buttons: [] }, {})),
    "(#100) The parameter interactive['body']['text'] is required.",
  ],
  [
    '400 100',
    'an unknown media id',
    send({ type: 'image', image: { id: '123' } }),
    /is not a valid whatsapp business account media attachment ID$/,
  ],
  [
    '400 100',
    'an unknown field',
    call('GET', `/${NUMBER}?fields=foo`),
    '(#100) Tried accessing nonexisting field (foo) on node type (WhatsAppBusinessPhoneNumber)',
  ],
  [
    '400 100/33',
    'an unknown object',
    call('GET', '/4711'),
    /^Unsupported get request\. Object with ID '4711' does not exist, /,
  ],
  ['400 100/33', 'a send from an unknown object', call('POST', '/4711/messages', {}), /^Unsupported post request\. /],
  [
    '401 104',
    'no token',
    call('POST', SEND, {}, { authorization: '' }),
    'An access token is required to request this resource.',
  ],
  [
    '401 190',
    'a token nobody knows',
    call('POST', SEND, {}, { authorization: 'Bearer x' }),
    'Invalid OAuth access token - Cannot parse access token',
  ],
  [
    '401 190/463',
    'an expired token',
    token({ expires_in_ms: 0 }),
    /^Error validating access token: Session has expired on .+\. The current time is .+\.$/,
  ],
  [
    '401 190/467',
    'an invalidated token',
    token({ invalidated: true }),
    /^Error validating access token: The session has been invalidated/,
  ],
  [
    '403 200',
    'a token without the permission to manage',
    token({ scopes: [] }, call('GET', TEMPLATES)),
    /^\(#200\) You do not have the necessary permissions/,
  ],
  ['403 368', 'an account blocked for its policies', account({ condition: 'policy_blocked' })],
  [
    '400 2200',
    'a callback that fails the handshake',
    async (simulator) =>
      call('POST', `/${ACCOUNT}/subscribed_apps`, {
        override_callback_uri: simulator.receiver.url,
        verify_token: 'wrong',
      })(simulator),
    '(#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = Forbidden',
  ],
  ['400 2500', 'an unknown edge', call('GET', `/${NUMBER}/foo`), 'Unknown path components: /foo'],
  [
    '400 80007',
    'a spent budget of calls',
    settings({ limits: { calls_per_hour: { active: 2, inactive: 1 } } }, times(3, call('GET', `/${NUMBER}`))),
  ],
  [
    '400 130429',
    'a spent throughput',
    settings({ limits: { throughput: { standard: 2, high: 2, coexistence: 2 } } }, times(3, send(text('Hi')))),
    'Cloud API message throughput has been reached.',
  ],
  ['400 131008', 'an order without its catalog', send(interactive('product', { product_retailer_id: 'SKU_1' }))],
  [
    '400 131009',
    'a malformed recipient',
    send(text('Hi', { to: '12' })),
    'The phone number is malformed: Please use the format: +1234567890.',
  ],
  ['400 131009', 'a long row title', send(list('x'.repeat(25))), 'Row title is too long. Max length is 24'],
  ['400 131009', 'too many rows', send(list('Row', 11)), 'Total row count exceed max allowed count: 10'],
  [
    '400 131009',
    'too many buttons',
    send(buttons(4)),
    'Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3',
  ],
  [
    '400 131009',
    'a long body',
    send(buttons(1, 'x'.repeat(1025))),
    'Body text length invalid. Min length: 1, Max length: 1024',
  ],
  [
    '400 131020',
    'a group without participants',
    state(
      ({ groups }) => groups?.$map.push([group.id, group]),
      send(text('Hi', { recipient_type: 'group', to: group.id })),
    ),
  ],
  ['400 131021', 'a send to the number itself', send(text('Hi', { to: '+1 555-078-3881' }))],
  [
    '400 131030',
    'a test account and a recipient that is not on its list',
    account({ test: true, allowed_recipients: [STRANGER] }),
  ],
  ['403 131031', 'a locked account', account({ condition: 'locked' })],
  ['400 131041', 'an unknown group', send(text('Hi', { recipient_type: 'group', to: group.id }))],
  ['400 131051', 'a type for groups only', send({ type: 'pin', pin: { type: 'pin', message_id: 'wamid.A' } })],
  [
    '400 131056',
    'a spent pair rate',
    times(46, send(text('Hi'))),
    'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
  ],
  ['500 131057', 'an account in maintenance', account({ condition: 'maintenance' })],
  ['400 131059', 'a cursor of nowhere', call('GET', `${TEMPLATES}?after=bm93aGVyZQ`)],
  ['400 131062', 'an authentication template to a user id', ownId],
  [
    '400 132000',
    'too few parameters',
    send(template('greeting')),
    'body: number of localizable_params (0) does not match the expected number of params (1)',
  ],
  [
    '400 132000',
    'too many parameters',
    send(template('greeting', value('a'), value('b'))),
    'body: number of localizable_params (2) does not match the expected number of params (1)',
  ],
  ['404 132001', 'an unknown template', send(template('nowhere'))],
  ['404 132001', 'a template that is not reviewed yet', send(template('pending'))],
  ['400 132005', 'a text that grows too long', send(template('long', value('x'.repeat(30))))],
  [
    '400 132012',
    'a parameter of the wrong format',
    send(template('greeting', { type: 'image', image: { link: 'https://example.com/a.png' } })),
  ],
  ['400 132015', 'a paused template', send(template('paused'))],
  [
    '400 132015',
    'a template that turned RED',
    after('PATCH', '/templates/7001', { quality: 'RED' }, send(template('plain'))),
  ],
  ['400 132016', 'a disabled template', send(template('disabled'))],
  ['400 132018', 'a new line in a parameter', send(template('greeting', value('a\nb')))],
  ['400 132068', 'a blocked flow', after('PATCH', '/flows/1234', { status: 'BLOCKED' }, send(flow))],
  [
    '400 132069',
    'the eleventh message with a throttled flow',
    after('PATCH', '/flows/1234', { status: 'THROTTLED' }, times(11, send(flow))),
  ],
  ['400 133010', 'a number that is not registered', number({ status: 'PENDING' }), '(#133010) Account not registered'],
  [
    '400 134100',
    'a utility template at the marketing endpoint',
    call('POST', `/${NUMBER}/marketing_messages`, {
      messaging_product: 'whatsapp',
      to: CUSTOMER,
      ...template('plain'),
    }),
  ],
]

test.each(now)('%s at once: %s', async (expected, _, cause, says) => {
  await using simulator = await startTestSimulator({ templates })
  const { status, body } = await cause(simulator)
  const { code, error_subcode, type, message, error_data, fbtrace_id } = body.error
  expect(`${status} ${code}${error_subcode === undefined ? '' : `/${error_subcode}`}`).toBe(expected)
  expect(type).toBe(error_subcode === 33 ? 'GraphMethodException' : 'OAuthException')
  expect(fbtrace_id).toMatch(/^A[\w-]{22}$/)
  if (error_data) expect(error_data.messaging_product).toBe('whatsapp')
  if (says)
    expect([message, error_data?.details]).toContainEqual(typeof says === 'string' ? says : expect.stringMatching(says))
})

const reaction = (message_id: string) => send({ type: 'reaction', reaction: { message_id, emoji: '👍' } })
const checksIdentity = ({ numbers }: Stored) => {
  for (const [, one] of numbers?.$map ?? [])
    one.settings = { user_identity_change: { enable_identity_key_check: true } }
}
const dropped: Cause = async (simulator) => {
  const held = await after('PATCH', '/templates/7002', { paced: true }, send(template('offer')))(simulator)
  expect(held.body.messages[0].message_status).toBe('held_for_quality_assessment')
  return after('PATCH', '/templates/7002', { pacing: 'drop' }, async () => held)(simulator)
}
const offer = send(template('offer'))
const link: Cause = (simulator) =>
  settings(
    { fetch_links: true },
    send({ type: 'video', video: { link: `${simulator.url}/simulator/v1/openapi.json` } }),
  )(simulator)

const REENGAGE =
  'Message failed to send because more than 24 hours have passed since the customer last replied to this number.'
const later: [code: number, cause: string, cause: Cause, details?: string | RegExp][] = [
  [
    130472,
    'marketing to somebody in an experiment',
    customer({ in_experiment: true }, offer),
    "Failed to send message because this user's phone number is part of an experiment",
  ],
  [
    130497,
    'a country the account is restricted from',
    account({ restricted_countries: ['BR'] }, send({ ...template('plain'), to: STRANGER })),
  ],
  [131009, 'a reaction to a message nobody knows', said(reaction('wamid.A'))],
  [
    131009,
    'a reaction to a message of more than 30 days',
    async (simulator) => {
      const { body } = await simulator.customerSays('Hello')
      return passing(30 * DAY_MS, said(reaction(body.id)))(simulator)
    },
  ],
  [131026, 'a customer who is not on WhatsApp', customer({ on_whatsapp: false }), 'Message Undeliverable.'],
  [131026, 'a customer who has blocked the number', said(customer({ blocked: [NUMBER] })), 'Message Undeliverable.'],
  [
    131031,
    'a locked account, told later',
    settings({ switches: { account_locked: 'async' } }, said(account({ condition: 'locked' }))),
  ],
  [131037, 'a 555 number without an approved name', said(number({ name_status: 'PENDING_REVIEW' }))],
  [131042, 'an account that does not pay', said(account({ condition: 'payment_issue' }))],
  [131047, 'a customer who has never written', send(text('Hi')), REENGAGE],
  [131047, 'a window closed for a day', said(passing(DAY_MS, send(text('Hi')))), REENGAGE],
  [
    131047,
    'a window open for another number',
    said(call('POST', `/${OTHER_NUMBER}/messages`, { messaging_product: 'whatsapp', to: CUSTOMER, ...text('Hi') })),
    REENGAGE,
  ],
  [131048, 'a restricted account', account({ condition: 'restricted' }, send(template('plain')))],
  [131049, 'marketing to the United States', settings({ switches: { us_marketing: 'blocked' } }, offer)],
  [131050, 'marketing to somebody who has stopped it', customer({ opted_out: [NUMBER] }, offer)],
  [
    131053,
    'a link to something else',
    said(link),
    'Unsupported Video mime type application/json; charset=utf-8. Please use one of video/3gpp, video/mp4.',
  ],
  [132015, 'a held message that is dropped', dropped],
  [
    137000,
    'an identity that has changed',
    state(checksIdentity, said(send(text('Hi', { recipient_identity_key_hash: 'old' })))),
  ],
]

test.each(later)('%i in a status, and nothing after it: %s', async (code, _, cause, details) => {
  await using simulator = await startTestSimulator({ templates })
  const answer = await cause(simulator)
  expect(answer.status).toBe(200)
  const statuses = await statusesAfter(simulator, answer)
  expect(statuses).toEqual([expect.objectContaining({ status: 'failed', errors: [expect.objectContaining({ code })] })])
  const [error] = statuses[0]?.errors ?? []
  expect(error.title).toBe(error.message)
  expect(error.error_data.details).toEqual(details ?? expect.stringMatching(/./))
})

test('of several reasons the first in the order of checks is told', async () => {
  const limits = { pair: { burst: 1, every_ms: 6000 }, throughput: { standard: 1, high: 1, coexistence: 1 } }
  await using simulator = await startTestSimulator({ templates, settings: { limits } })
  await simulator.send(text('Hi'))
  const put = (path: string, change: Json) => simulator.control('PATCH', path, change)
  await put(`/accounts/${ACCOUNT}`, { condition: 'locked', test: true })
  await put(`/phone_numbers/${NUMBER}`, { status: 'PENDING' })
  await put('/tokens', { token: TOKEN, invalidated: true })
  const message = { messaging_product: '', to: '15550783881', ...template('nowhere') }
  const mended: [code: number, mend: () => unknown][] = [
    [190, () => put('/tokens', { token: TOKEN, invalidated: false })],
    [133010, () => put(`/phone_numbers/${NUMBER}`, { status: 'CONNECTED' })],
    [100, () => Object.assign(message, { messaging_product: 'whatsapp' })],
    [132001, () => Object.assign(message, template('greeting'))],
    [132000, () => Object.assign(message, template('greeting', value('a\tb')))],
    [132018, () => Object.assign(message, template('plain'))],
    [131021, () => Object.assign(message, { to: CUSTOMER })],
    [131030, () => put(`/accounts/${ACCOUNT}`, { test: false })],
    [131031, () => put(`/accounts/${ACCOUNT}`, { condition: 'active' })],
    [131056, () => put('/settings', { limits: { pair: null } })],
    [130429, () => put('/settings', { limits: { throughput: null } })],
  ]
  const told: unknown[] = []
  for (const [, mend] of mended) {
    told.push((await simulator.graph('POST', SEND, message)).body.error?.code)
    await mend()
  }
  expect(told).toEqual(mended.map(([code]) => code))
  expect((await simulator.graph('POST', SEND, message)).status).toBe(200)
})
