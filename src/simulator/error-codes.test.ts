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
import { ACCOUNT, CUSTOMER, NUMBER, OTHER_NUMBER, startTestSimulator } from './testing/test-simulator.ts'

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

type Refusal = { subcode?: number; type?: string; message?: string | RegExp; details?: string | RegExp }
const now: [code: number, cause: string, status: number, cause: Cause, Refusal?][] = [
  [
    10,
    'a token without the permission to message',
    403,
    token({ scopes: [] }),
    { message: '(#10) Application does not have permission for this action' },
  ],
  [100, 'an unknown key', 400, send(text('Hi', { colour: 'red' })), { message: '(#100) Invalid parameter' }],
  [
    100,
    'no messaging_product',
    400,
    call('POST', SEND, { to: CUSTOMER }),
    { message: '(#100) The parameter messaging_product is required.' },
  ],
  [100, 'a body that is no JSON', 400, call('POST', SEND, '{"to'), { message: /^\(#100\) / }],
  [100, 'a wrong type', 400, send(text(7)), { message: "(#100) Param text['body'] must be a string." }],
  [100, 'no content', 400, send({ type: 'text' }), { details: "Parameter 'text' is mandatory for type 'text'" }],
  [
    100,
    'an interactive message without body',
    400,
    send(interactive('button', { buttons: [] }, {})),
    { message: "(#100) The parameter interactive['body']['text'] is required." },
  ],
  [
    100,
    'an unknown media id',
    400,
    send({ type: 'image', image: { id: '123' } }),
    { message: /is not a valid whatsapp business account media attachment ID$/ },
  ],
  [
    100,
    'an unknown field',
    400,
    call('GET', `/${NUMBER}?fields=foo`),
    { message: '(#100) Tried accessing nonexisting field (foo) on node type (WhatsAppBusinessPhoneNumber)' },
  ],
  [
    100,
    'an unknown object',
    400,
    call('GET', '/4711'),
    {
      subcode: 33,
      type: 'GraphMethodException',
      message: /^Unsupported get request\. Object with ID '4711' does not exist, /,
    },
  ],
  [
    100,
    'a send from an unknown object',
    400,
    call('POST', '/4711/messages', {}),
    { subcode: 33, type: 'GraphMethodException', message: /^Unsupported post request\. / },
  ],
  [
    104,
    'no token',
    401,
    call('POST', SEND, {}, { authorization: '' }),
    { message: 'An access token is required to request this resource.' },
  ],
  [
    190,
    'a token nobody knows',
    401,
    call('POST', SEND, {}, { authorization: 'Bearer x' }),
    { message: 'Invalid OAuth access token - Cannot parse access token' },
  ],
  [
    190,
    'an expired token',
    401,
    token({ expires_in_ms: 0 }),
    { subcode: 463, message: /^Error validating access token: Session has expired on .+\. The current time is .+\.$/ },
  ],
  [
    190,
    'an invalidated token',
    401,
    token({ invalidated: true }),
    { subcode: 467, message: /^Error validating access token: The session has been invalidated/ },
  ],
  [
    200,
    'a token without the permission to manage',
    403,
    token({ scopes: [] }, call('GET', TEMPLATES)),
    { message: /^\(#200\) You do not have the necessary permissions/ },
  ],
  [368, 'an account blocked for its policies', 403, account({ condition: 'policy_blocked' })],
  [
    2200,
    'a callback that fails the handshake',
    400,
    async (simulator) =>
      call('POST', `/${ACCOUNT}/subscribed_apps`, {
        override_callback_uri: simulator.receiver.url,
        verify_token: 'wrong',
      })(simulator),
    {
      message:
        '(#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = Forbidden',
    },
  ],
  [2500, 'an unknown edge', 400, call('GET', `/${NUMBER}/foo`), { message: 'Unknown path components: /foo' }],
  [
    80007,
    'a spent budget of calls',
    400,
    settings({ limits: { calls_per_hour: { active: 2, inactive: 1 } } }, times(3, call('GET', `/${NUMBER}`))),
  ],
  [
    130429,
    'a spent throughput',
    400,
    settings({ limits: { throughput: { standard: 2, high: 2, coexistence: 2 } } }, times(3, send(text('Hi')))),
    { details: 'Cloud API message throughput has been reached.' },
  ],
  [131008, 'an order without its catalog', 400, send(interactive('product', { product_retailer_id: 'SKU_1' }))],
  [
    131009,
    'a malformed recipient',
    400,
    send(text('Hi', { to: '12' })),
    { details: 'The phone number is malformed: Please use the format: +1234567890.' },
  ],
  [131009, 'a long row title', 400, send(list('x'.repeat(25))), { details: 'Row title is too long. Max length is 24' }],
  [131009, 'too many rows', 400, send(list('Row', 11)), { details: 'Total row count exceed max allowed count: 10' }],
  [
    131009,
    'too many buttons',
    400,
    send(buttons(4)),
    { details: 'Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3' },
  ],
  [
    131009,
    'a long body',
    400,
    send(buttons(1, 'x'.repeat(1025))),
    { details: 'Body text length invalid. Min length: 1, Max length: 1024' },
  ],
  [
    131020,
    'a group without participants',
    400,
    state(
      ({ groups }) => groups?.$map.push([group.id, group]),
      send(text('Hi', { recipient_type: 'group', to: group.id })),
    ),
  ],
  [131021, 'a send to the number itself', 400, send(text('Hi', { to: '+1 555-078-3881' }))],
  [
    131030,
    'a test account and a recipient that is not on its list',
    400,
    account({ test: true, allowed_recipients: [STRANGER] }),
  ],
  [131031, 'a locked account', 403, account({ condition: 'locked' })],
  [131041, 'an unknown group', 400, send(text('Hi', { recipient_type: 'group', to: group.id }))],
  [131051, 'a type for groups only', 400, send({ type: 'pin', pin: { type: 'pin', message_id: 'wamid.A' } })],
  [
    131056,
    'a spent pair rate',
    400,
    times(46, send(text('Hi'))),
    {
      details:
        'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
    },
  ],
  [131057, 'an account in maintenance', 500, account({ condition: 'maintenance' })],
  [131059, 'a cursor of nowhere', 400, call('GET', `${TEMPLATES}?after=bm93aGVyZQ`)],
  [131062, 'an authentication template to a user id', 400, ownId],
  [
    132000,
    'too few parameters',
    400,
    send(template('greeting')),
    { details: 'body: number of localizable_params (0) does not match the expected number of params (1)' },
  ],
  [
    132000,
    'too many parameters',
    400,
    send(template('greeting', value('a'), value('b'))),
    { details: 'body: number of localizable_params (2) does not match the expected number of params (1)' },
  ],
  [132001, 'an unknown template', 404, send(template('nowhere'))],
  [132001, 'a template that is not reviewed yet', 404, send(template('pending'))],
  [132005, 'a text that grows too long', 400, send(template('long', value('x'.repeat(30))))],
  [
    132012,
    'a parameter of the wrong format',
    400,
    send(template('greeting', { type: 'image', image: { link: 'https://example.com/a.png' } })),
  ],
  [132015, 'a paused template', 400, send(template('paused'))],
  [
    132015,
    'a template that turned RED',
    400,
    after('PATCH', '/templates/7001', { quality: 'RED' }, send(template('plain'))),
  ],
  [132016, 'a disabled template', 400, send(template('disabled'))],
  [132018, 'a new line in a parameter', 400, send(template('greeting', value('a\nb')))],
  [132068, 'a blocked flow', 400, after('PATCH', '/flows/1234', { status: 'BLOCKED' }, send(flow))],
  [
    132069,
    'the eleventh message with a throttled flow',
    400,
    after('PATCH', '/flows/1234', { status: 'THROTTLED' }, times(11, send(flow))),
  ],
  [
    133010,
    'a number that is not registered',
    400,
    number({ status: 'PENDING' }),
    { message: '(#133010) Account not registered' },
  ],
  [
    134100,
    'a utility template at the marketing endpoint',
    400,
    call('POST', `/${NUMBER}/marketing_messages`, {
      messaging_product: 'whatsapp',
      to: CUSTOMER,
      ...template('plain'),
    }),
  ],
]

test.each(now)('%i at once: %s', async (code, _, status, cause, { subcode, type, message, details } = {}) => {
  await using simulator = await startTestSimulator({ templates })
  const answer = await cause(simulator)
  expect(answer.status).toBe(status)
  const { error } = answer.body
  expect(error).toMatchObject({
    code,
    type: type ?? 'OAuthException',
    fbtrace_id: expect.stringMatching(/^A[\w-]{22}$/),
  })
  expect(error.error_subcode).toBe(subcode)
  if (message) expect(error.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  if (details) expect(error.error_data).toEqual({ messaging_product: 'whatsapp', details })
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
    'Unsupported Video mime type application/json; charset=utf-8. Please use one of video/mp4, video/3gpp.',
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
