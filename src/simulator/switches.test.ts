import { expect, test } from 'vitest'
import { z } from 'zod'
import { SWITCHES, type Switches } from './switches.ts'
import {
  account,
  after,
  type Cause,
  call,
  interactive,
  number,
  said,
  seed,
  send,
  settings,
  state,
  statusesAfter,
  template,
  text,
  times,
  value,
} from './testing/causes.ts'
import { CUSTOMER, NUMBER, startTestSimulator, type TestSimulator } from './testing/test-simulator.ts'

const templates = [
  seed('plain', 'Your order is ready.', { id: '7001' }),
  seed('greeting', 'Hi {{1}}, welcome.'),
  seed('offer', 'Buy now.', { category: 'MARKETING' }),
  seed('coupon', '', {
    components: [
      { type: 'BODY', text: 'Save.' },
      { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', text: 'Copy code', example: 'SAVE' }] },
    ],
  }),
]
const coupon = (coupon_code: string) => ({
  type: 'template',
  template: {
    name: 'coupon',
    language: { code: 'en_US' },
    components: [
      { type: 'button', sub_type: 'copy_code', index: 0, parameters: [{ type: 'coupon_code', coupon_code }] },
    ],
  },
})
const contacts = Array.from({ length: 6 }, () => ({ name: { formatted_name: 'Ada', first_name: 'Ada' } }))
const reply = (title: string) => interactive('button', { buttons: [{ type: 'reply', reply: { id: '1', title } }] })

/** What a value of a switch shows itself by. */
type Probe = (simulator: TestSimulator) => Promise<unknown>

/** The wa_ids that sends to these numbers are answered with. */
const numbersOf =
  (numbers: string[]): Probe =>
  async (simulator) => {
    const answers = await Promise.all(numbers.map((to) => send({ ...template('plain'), to })(simulator)))
    return answers.map(({ body }) => body.contacts[0].wa_id)
  }

/** The status that an edge of the number answers with. */
const posted =
  (edge: string, body: Record<string, unknown>): Probe =>
  async (simulator) =>
    (await simulator.graph('POST', `/${NUMBER}/${edge}`, body)).status

/** `sent`, `failed 131047`, `400 131047`: what becomes of a send. */
const fate =
  (cause: Cause): Probe =>
  async (simulator) => {
    const answer = await cause(simulator)
    if (answer.status !== 200) return `${answer.status} ${answer.body.error.code}`
    const statuses = await statusesAfter(simulator, answer)
    const failed = statuses.find(({ status }) => status === 'failed')
    return failed ? `failed ${failed.errors[0].code}` : 'sent'
  }
/** What one status of a text in the window carries. */
const carried =
  (status: string, key: string): Probe =>
  async (simulator) => {
    const statuses = await statusesAfter(simulator, await said(send(text('Hi')))(simulator))
    return statuses.find((one) => one.status === status)?.[key] !== undefined
  }
const uploaded: Probe = async (simulator) => {
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('file', new Blob(['picture'], { type: 'image/png' }), 'a.png')
  const { body } = await simulator.graph('POST', `/${NUMBER}/media`, form)
  return (await simulator.graph('GET', `/${body.id}`)).body
}
const member =
  (probe: Probe, key: string): Probe =>
  async (simulator) =>
    ((await probe(simulator)) as Record<string, unknown>)[key]

const reachedEverybody =
  (cause: Cause): Cause =>
  async (simulator) => {
    await account({ tier: 'TIER_250' }, settings({ limits: { throughput: null } }, send(text('Hi'))))(simulator)
    const everybody = Array.from({ length: 250 }, (_, index) => String(5511900000000 + index))
    await Promise.all(everybody.map((to) => simulator.send({ ...template('plain'), to })))
    await simulator.control('POST', '/clock/advance', { ms: 1000 })
    return cause(simulator)
  }
const lastAttempt: Probe = async (simulator) => {
  await simulator.receiver.close()
  await simulator.customerSays('Hello')
  await simulator.control('POST', '/clock/advance', { ms: 8 * 86_400_000 })
  const [webhook] = (await simulator.control('GET', '/webhooks')).body.data
  return Math.floor((Date.parse(webhook.attempts.at(-1).at) - Date.parse(webhook.created_at)) / 3_600_000)
}
const pricedOfHundred: Probe = async (simulator) => {
  await settings({ limits: { pair: null, throughput: null } }, () => simulator.customerSays('Hello'))(simulator)
  for (let count = 0; count < 100; count += 1) await simulator.send(text('Hi'))
  await simulator.control('POST', '/clock/advance', { ms: 1000 })
  const sent = simulator.receiver.values('statuses').filter(({ status }) => status === 'sent')
  expect(sent).toHaveLength(100)
  return sent.filter(({ pricing }) => pricing).length
}
const language: Probe = async (simulator) => {
  await simulator.control('PATCH', '/templates/7001', { status: 'PAUSED' })
  const [delivery] = await simulator.receiver.waitFor(1)
  return JSON.parse(delivery?.raw ?? '').entry[0].changes[0].value.message_template_language
}
const byUserId: Probe = async (simulator) => {
  await simulator.customerSays('Hello')
  const { user_id } = (await simulator.control('GET', `/customers/${CUSTOMER}`)).body
  const answer = await simulator.send({ ...text('Hi'), to: undefined, recipient: user_id })
  return [simulator.receiver.values('messages')[0]?.from_user_id === user_id, answer.status]
}
const recipientOf: Probe = async (simulator) =>
  (await simulator.send(text('Hi', { to: '6505551234' }))).body.contacts[0].wa_id
const deadLink = said((simulator) =>
  settings({ fetch_links: true }, send({ type: 'image', image: { link: `${simulator.url}/4711` } }))(simulator),
)

type Row<Value> = [probe: Probe, ...shown: [value: Value, shown: unknown][]]
const rows: { [Name in keyof Switches]: Row<Switches[Name]> | 'of an edge with tests of its own' } = {
  webhook_retry_hours: [lastAttempt, [168, 166], [36, 34]],
  window_closed: [fate(send(text('Hi'))), ['async', 'failed 131047'], ['sync', '400 131047']],
  payment_issue: [
    fate(said(account({ condition: 'payment_issue' }))),
    ['async', 'failed 131042'],
    ['sync', '400 131042'],
  ],
  account_locked: [fate(said(account({ condition: 'locked' }))), ['sync', '403 131031'], ['async', 'failed 131031']],
  link_failed: [fate(deadLink), ['async', 'failed 131053'], ['sync', '400 131053']],
  pair_rate: [fate(said(times(46, send(text('Hi'))))), ['sync', '400 131056'], ['async', 'failed 131056']],
  display_name: [
    fate(said(number({ name_status: 'PENDING_REVIEW' }))),
    ['async', 'failed 131037'],
    ['sync', '400 131037'],
  ],
  throttle_status: [fate(times(46, send(text('Hi')))), [400, '400 131056'], [429, '429 131056']],
  unknown_template_status: [fate(send(template('nowhere'))), [404, '404 132001'], [400, '400 132001']],
  reach_exceeded: [
    fate(reachedEverybody(send(template('plain')))),
    ['131048', 'failed 131048'],
    ['131049', 'failed 131049'],
    ['130429', '400 130429'],
  ],
  length_unit: [fate(said(send(text('👋'.repeat(2049))))), ['code_points', 'sent'], ['utf16', '400 100']],
  button_emoji: [fate(said(send(reply('Yes 👋')))), ['allowed', 'sent'], ['refused', '400 131009']],
  country_prefix: [recipientOf, ['off', '6505551234'], ['on', '16505551234']],
  wa_id: [
    numbersOf(['5531987654321', '5511987654321', '5215512345678', '525512345678']),
    ['as_sent', ['5531987654321', '5511987654321', '5215512345678', '525512345678']],
    ['normalised', ['553187654321', '5511987654321', '5215512345678', '5215512345678']],
  ],
  coupon_code_length: [fate(send(coupon('A'.repeat(16)))), [20, 'sent'], [15, '400 131009']],
  conversational_prompts: [posted('conversational_automation', { prompts: ['a', 'b', 'c', 'd'] }), [4, 200], [3, 400]],
  profile_description: [
    posted('whatsapp_business_profile', { messaging_product: 'whatsapp', description: 'd'.repeat(257) }),
    [512, 200],
    [256, 400],
  ],
  contacts: [fate(said(send({ type: 'contacts', contacts }))), [257, 'sent'], [5, '400 131009']],
  media_file_size: [member(uploaded, 'file_size'), ['number', 7], ['string', '7']],
  media_sha256: [
    member(uploaded, 'sha256'),
    ['hex', expect.stringMatching(/^[0-9a-f]{64}$/)],
    ['base64', expect.stringMatching(/^[\w+/]{43}=$/)],
  ],
  check_order: [
    fate(account({ condition: 'locked' }, send(text(7)))),
    ['message_first', '400 100'],
    ['account_first', '403 131031'],
  ],
  webhook_language: [language, ['underscore', 'en_US'], ['hyphen', 'en-US']],
  unknown_keys: [fate(said(send(text('Hi', { colour: 'red' })))), ['refused', '400 100'], ['ignored', 'sent']],
  own_number: [fate(send(text('Hi', { to: '15550783881' }))), [131021, '400 131021'], [100, '400 100']],
  link_failure: [fate(deadLink), [131053, 'failed 131053'], [131052, 'failed 131052'], [131014, 'failed 131014']],
  blanks: [fate(send(template('greeting', value('a\tb')))), [132018, '400 132018'], [100, '400 100']],
  pricing_on_sent: [
    pricedOfHundred,
    ['always', 100],
    ['usually', expect.toSatisfy((count: number) => count > 80 && count < 100)],
    ['never', 0],
  ],
  pricing_on_read: [carried('read', 'pricing'), ['skipped_delivered', false], ['always', true]],
  us_marketing: [fate(send(template('offer'))), ['blocked', 'failed 131049'], ['delivered', 'sent']],
  user_ids: [byUserId, ['off', [false, 400]], ['on', [true, 200]]],
  webhook_version: [carried('sent', 'conversation'), ['v24.0', false], ['v23.0', true]],
}

const cases = Object.entries(rows).flatMap(([name, row]) => {
  if (typeof row === 'string') return []
  const [probe, ...shown] = row
  return shown.map(([value, expected]) => [name, value, expected, probe as Probe] as const)
})

test.each(cases)('%s %s shows as %o', async (name, value, expected, probe) => {
  const switches = { [name]: value }
  await using simulator = await startTestSimulator({ templates, seed: 7, settings: { switches } })
  expect(await probe(simulator)).toEqual(expected)
})

test('every switch has a row, and in it each of its values', () => {
  for (const [name, row] of Object.entries(rows)) {
    const schema = z.toJSONSchema(SWITCHES[name as keyof Switches], { io: 'input' })
    const values = schema.enum ?? schema.anyOf?.map((one) => (one as { const?: unknown }).const)
    if (typeof row === 'string') continue
    const [, ...shown] = row
    expect(new Set(shown.map(([value]) => value))).toEqual(new Set(values))
  }
  expect(Object.keys(rows)).toEqual(Object.keys(SWITCHES))
})

test('a name is only asked of 555 numbers, whichever way it is told', async () => {
  const switches = { display_name: 'sync' } as const
  await using simulator = await startTestSimulator({ settings: { switches } })
  await simulator.customerSays('Hello')
  const ownNumber = { display_phone_number: '+49 30 1234567', digits: '49301234567' }
  const unnamed = number({ name_status: 'DECLINED' })
  const moved = state(({ numbers }) => numbers?.$map.map(([, one]) => Object.assign(one, ownNumber)), unnamed)
  expect(await fate(moved)(simulator)).toBe('sent')
})

test('a throttled answer has its status of the switch wherever it comes from', async () => {
  const limits = { calls_per_hour: { active: 1, inactive: 1 }, throughput: { standard: 1, high: 1, coexistence: 1 } }
  const switches = { throttle_status: 429 } as const
  await using simulator = await startTestSimulator({ settings: { limits, switches } })
  const read = call('GET', `/${NUMBER}`)
  expect(await fate(times(2, read))(simulator)).toBe('429 80007')
  expect(await fate(times(2, send(text('Hi'))))(simulator)).toBe('429 130429')
  for (const code of [4, 80007, 130429, 131056]) {
    const refused = after('POST', '/rules', { effect: 'refuse', with: { code }, times: 1 }, send(text('Hi')))
    expect(await fate(refused)(simulator)).toBe(`429 ${code}`)
  }
  const asked = { effect: 'refuse', with: { code: 4, status: 503 } }
  expect(await fate(after('POST', '/rules', asked, send(text('Hi'))))(simulator)).toBe('503 4')
})

test('inside the window a template needs no reach, whatever exceeding it gives', async () => {
  const switches = { reach_exceeded: '130429' } as const
  await using simulator = await startTestSimulator({ templates, settings: { switches } })
  expect(await fate(reachedEverybody(said(send(template('plain')))))(simulator)).toBe('sent')
})

test('a group has neither window nor reach, and a pair rate of its own', async () => {
  const switches = { window_closed: 'sync', reach_exceeded: '130429' } as const
  await using simulator = await startTestSimulator({ templates, settings: { switches } })
  const group = (id: string) => ({ id, phone_number_id: NUMBER, subject: 'Ours', participants: [CUSTOMER] })
  const toGroup = (to: string) => send(text('Hi', { recipient_type: 'group', to }))
  const grouped = state(
    ({ groups }) => groups?.$map.push(['groupA', group('groupA')], ['groupB', group('groupB')]),
    times(46, toGroup('groupA')),
  )
  expect(await fate(grouped)(simulator)).toBe('400 131056')
  expect(await fate(toGroup('groupB'))(simulator)).toBe('sent')
  expect((await simulator.control('GET', '/customers')).body.data).toHaveLength(1)
})
