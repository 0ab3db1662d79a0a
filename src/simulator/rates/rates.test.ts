import { expect, test } from 'vitest'
import { account, after, number, said, seed, send, statusesAfter, template, text } from '../testing/causes.ts'
import {
  ACCOUNT,
  type Answer,
  CUSTOMER,
  FOREIGN_NUMBER,
  NUMBER,
  OTHER_NUMBER,
  startTestSimulator,
  type TestSimulator,
  testWorld,
} from '../testing/test-simulator.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const templates = [seed('plain', 'Your order is ready.'), seed('offer', 'Buy now.', { category: 'MARKETING' })]

/** How often each outcome came: 200, or the code of the error. */
async function outcomes(count: number, ask: (index: number) => Promise<Answer>): Promise<Record<string, number>> {
  const counted: Record<string, number> = {}
  for (const { status, body } of await Promise.all(Array.from({ length: count }, (_, index) => ask(index)))) {
    const outcome = status === 200 ? '200' : String(body.error.code)
    counted[outcome] = (counted[outcome] ?? 0) + 1
  }
  return counted
}
const stranger = (index: number) => String(5511900000000 + index)
const toStrangers = (simulator: TestSimulator, count: number, message = text('Hi')) =>
  outcomes(count, (index) => simulator.send({ ...message, to: stranger(index) }))
const toOne = (simulator: TestSimulator, count: number) => outcomes(count, () => simulator.send(text('Hi')))
const advance = (simulator: TestSimulator, ms: number) => simulator.control('POST', '/clock/advance', { ms })

test('to one customer 45 messages go at once, and after them one in six seconds', async () => {
  await using simulator = await startTestSimulator()
  expect(await toOne(simulator, 46)).toEqual({ 200: 45, 131056: 1 })
  await advance(simulator, 5999)
  expect(await toOne(simulator, 1)).toEqual({ 131056: 1 })
  await advance(simulator, 1)
  expect(await toOne(simulator, 2)).toEqual({ 200: 1, 131056: 1 })
  await advance(simulator, 45 * 6000)
  expect(await toOne(simulator, 46)).toEqual({ 200: 45, 131056: 1 })
})

test('the pair rate is of one number and one customer', async () => {
  await using simulator = await startTestSimulator()
  expect(await toOne(simulator, 46)).toEqual({ 200: 45, 131056: 1 })
  expect(await toStrangers(simulator, 1)).toEqual({ 200: 1 })
  const fromAnother = { messaging_product: 'whatsapp', to: CUSTOMER, ...text('Hi') }
  expect((await simulator.graph('POST', `/${OTHER_NUMBER}/messages`, fromAnother)).status).toBe(200)
  const read = await said(async ({ receiver }) =>
    simulator.graph('POST', `/${NUMBER}/messages`, {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: receiver.values('messages')[0]?.id,
    }),
  )(simulator)
  expect(read.body).toEqual({ success: true })
})

test.each([
  ['a number', 80, {}],
  ['an upgraded number', 1000, { throughput: 'HIGH' }],
  ['a number of the app as well', 20, { coexistence: true }],
  ['an upgraded number of the app as well', 20, { throughput: 'HIGH', coexistence: true }],
])('%s sends %i messages a second', async (_, level, change) => {
  await using simulator = await startTestSimulator()
  await number(change, send(text('Hi')))(simulator)
  // An upgrade takes a minute.
  await advance(simulator, 60_000)
  expect(await toStrangers(simulator, level + 5)).toEqual({ 200: level, 130429: 5 })
  await advance(simulator, 500)
  expect(await toStrangers(simulator, level)).toEqual({ 200: level / 2, 130429: level / 2 })
})

test('while its throughput is raised a number takes nothing, and the business hears when it is done', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  const answer = await number({ throughput: 'HIGH' }, send(text('Hi')))(simulator)
  expect([answer.status, answer.body.error.code]).toEqual([500, 131057])
  await advance(simulator, 59_999)
  expect((await send(text('Hi'))(simulator)).body.error.code).toBe(131057)
  await advance(simulator, 1)
  expect((await send(text('Hi'))(simulator)).status).toBe(200)
  const changes = simulator.receiver.deliveries.map(({ raw }) => JSON.parse(raw).entry[0].changes[0])
  expect(changes).toMatchObject([
    { field: 'messages' },
    { field: 'phone_number_quality_update', value: { event: 'THROUGHPUT_UPGRADE', current_limit: 'TIER_2K' } },
  ])
})

test('what customers write counts in the throughput, and comes in all the same', async () => {
  await using simulator = await startTestSimulator()
  for (let count = 0; count < 78; count += 1) await simulator.customerSays(`Hello ${count}`)
  expect(await toStrangers(simulator, 5)).toEqual({ 200: 2, 130429: 3 })
  await simulator.customerSays('One more')
  expect(simulator.receiver.values('messages')).toHaveLength(79)
})

test('throughput and pair rate are off where the limits are null', async () => {
  await using simulator = await startTestSimulator({ settings: { limits: { pair: null, throughput: null } } })
  expect(await toOne(simulator, 200)).toEqual({ 200: 200 })
})

const usageOf = ({ headers }: Answer) => JSON.parse(headers.get('x-business-use-case-usage') ?? '')[ACCOUNT]?.[0]

test('management calls are counted for an hour, and every answer says how many are left', async () => {
  const limits = { calls_per_hour: { active: 10, inactive: 4 } }
  await using simulator = await startTestSimulator({ settings: { limits } })
  const read = () => simulator.graph('GET', `/${NUMBER}`)
  expect(usageOf(await read())).toEqual({
    type: 'whatsapp_business_management',
    call_count: 10,
    total_cputime: 2,
    total_time: 2,
    estimated_time_to_regain_access: 0,
  })
  expect(await outcomes(9, read)).toEqual({ 200: 9 })
  await advance(simulator, HOUR_MS / 4)
  const refused = await read()
  expect([refused.status, refused.body.error.code]).toEqual([400, 80007])
  expect(usageOf(refused)).toMatchObject({ call_count: 100, estimated_time_to_regain_access: 45 })
  // Sends are no part of it, nor are the calls of another account.
  expect(await toStrangers(simulator, 3)).toEqual({ 200: 3 })
  const foreign = { authorization: 'Bearer token-of-another' }
  expect((await simulator.graph('GET', `/${FOREIGN_NUMBER}`, undefined, foreign)).status).toBe(200)
  await advance(simulator, (HOUR_MS * 3) / 4)
  expect(usageOf(await read())).toMatchObject({ call_count: 10, estimated_time_to_regain_access: 0 })
})

test.each([
  [
    'without a registered number',
    after('PATCH', `/phone_numbers/${OTHER_NUMBER}`, { status: 'PENDING' }, number({ status: 'PENDING' })),
  ],
  ['that is for tests', account({ test: true })],
])('an account %s has the smaller budget', async (_, become) => {
  const limits = { calls_per_hour: { active: 10, inactive: 4 } }
  await using simulator = await startTestSimulator({ settings: { limits } })
  await become(simulator)
  expect(await outcomes(6, () => simulator.graph('GET', `/${ACCOUNT}`))).toEqual({ 200: 4, 80007: 2 })
})

test('every app has a budget of its own', async () => {
  const world = testWorld()
  world.other_apps = [{ id: '2000000000000002', secret: 'another' }]
  const limits = { calls_per_hour: { active: 1, inactive: 1 } }
  await using simulator = await startTestSimulator({ world, settings: { limits } })
  const added = await simulator.control('POST', '/tokens', { account_ids: [ACCOUNT], app_id: '2000000000000002' })
  const read = (headers = {}) => simulator.graph('GET', `/${NUMBER}`, undefined, headers)
  expect(await outcomes(2, () => read())).toEqual({ 200: 1, 80007: 1 })
  expect(await outcomes(2, () => read({ authorization: `Bearer ${added.body.token}` }))).toEqual({ 200: 1, 80007: 1 })
})

test.each([
  [4, 'x-app-usage', { call_count: 100 }],
  [80007, 'x-business-use-case-usage', { [ACCOUNT]: [{ call_count: 100, estimated_time_to_regain_access: 30 }] }],
])('a rule that refuses with %i says in %s when to come back', async (code, header, usage) => {
  await using simulator = await startTestSimulator()
  await simulator.control('POST', '/rules', { effect: 'refuse', with: { code } })
  const { headers } = await simulator.graph('GET', `/${ACCOUNT}`)
  expect(JSON.parse(headers.get(header) ?? '')).toMatchObject(usage)
})

/** What became of a template to each of these customers: its statuses. */
async function reached(simulator: TestSimulator, ...indexes: number[]): Promise<unknown[]> {
  const answers: Answer[] = []
  for (const index of indexes) answers.push(await simulator.send({ ...template('plain'), to: stranger(index) }))
  const ends: unknown[] = []
  for (const answer of answers) {
    const statuses = await statusesAfter(simulator, answer, 3000)
    ends.push(statuses.find(({ status }) => status === 'failed')?.errors[0].code ?? 'sent')
  }
  return ends
}
async function startReached(count: number): Promise<TestSimulator> {
  const simulator = await startTestSimulator({ templates, settings: { limits: { throughput: null } } })
  await account({ tier: 'TIER_250' })(simulator)
  expect(await toStrangers(simulator, count, template('plain'))).toEqual({ 200: count })
  await advance(simulator, 3000)
  return simulator
}

test('templates outside the window reach 250 customers in 24 hours, each as often as one likes', async () => {
  await using simulator = await startReached(249)
  expect(await reached(simulator, 249, 250, 251, 0, 249)).toEqual(['sent', 131048, 131048, 'sent', 'sent'])
  await advance(simulator, DAY_MS - 30_000)
  expect(await reached(simulator, 250)).toEqual([131048])
  await advance(simulator, 60_000)
  expect(await reached(simulator, 250, 251)).toEqual(['sent', 'sent'])
})

test('the reach is of the business, whichever number sends', async () => {
  await using simulator = await startReached(250)
  const message = { messaging_product: 'whatsapp', to: stranger(250), ...template('plain') }
  const answer = await simulator.graph('POST', `/${OTHER_NUMBER}/messages`, message)
  expect(await statusesAfter(simulator, answer)).toMatchObject([{ status: 'failed', errors: [{ code: 131048 }] }])
})

test('beyond the reach a template still comes to whoever has written, and a text too', async () => {
  await using simulator = await startReached(250)
  for (const message of [template('plain'), text('Hi')]) {
    const statuses = await statusesAfter(simulator, await said(send(message))(simulator), 3000)
    expect(statuses.map(({ status }) => status).sort()).toEqual(['delivered', 'read', 'sent'])
  }
  expect(await reached(simulator, 250)).toEqual([131048])
})

test('what does not arrive uses up no reach, and a higher tier lifts it at once', async () => {
  await using simulator = await startReached(249)
  await after('PATCH', `/customers/${stranger(300)}`, { on_whatsapp: false }, send(text('Hi')))(simulator)
  expect(await reached(simulator, 300, 249, 250)).toEqual([131026, 'sent', 131048])
  await account({ tier: 'TIER_2K' })(simulator)
  expect(await reached(simulator, 250)).toEqual(['sent'])
})

test('100 templates are created in an hour', async () => {
  await using simulator = await startTestSimulator()
  const create = (from: number) => (index: number) =>
    simulator.graph('POST', `/${ACCOUNT}/message_templates`, {
      name: `template_${from + index}`,
      language: 'en_US',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: `Your order ${'x'.repeat(from + index)} is ready.` }],
    })
  expect(await outcomes(102, create(1))).toEqual({ 200: 100, 100: 2 })
  expect((await create(201)(0)).body.error).toMatchObject({ code: 100, error_subcode: 2388019 })
  await advance(simulator, HOUR_MS)
  expect((await create(202)(0)).status).toBe(200)
})
