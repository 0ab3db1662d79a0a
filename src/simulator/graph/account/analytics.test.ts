import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT, NUMBER, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'

const START = 1_790_000_000
const DAY = { start: 1_789_948_800, end: 1_790_035_200 }
const RANGE = `start(${START}).end(${START + 86_400})`
const TEMPLATE = '4000000000000001'
const template = {
  id: TEMPLATE,
  name: 'news',
  language: 'en_US',
  category: 'MARKETING',
  components: [{ type: 'BODY', text: 'News' }],
}

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator({ templates: [template] })
  await simulator.customerSays('Hello')
  await simulator.send({ type: 'text', text: { body: 'Hi' } })
  const { name, language } = template
  await simulator.send({ type: 'template', template: { name, language: { code: language } } })
  await simulator.clock.advance(2000)
})
afterAll(() => simulator[Symbol.asyncDispose]())

const fields = async (asked: string) => (await simulator.graph('GET', `/${ACCOUNT}?fields=${asked}`)).body

test('what was sent and delivered is counted, by day, half hour and month', async () => {
  const { analytics, id } = await fields(`analytics.${RANGE}.granularity(DAY).phone_numbers([]).country_codes(["US"])`)
  expect(id).toBe(ACCOUNT)
  expect(analytics).toEqual({
    phone_numbers: [],
    country_codes: ['US'],
    granularity: 'DAY',
    data_points: [{ ...DAY, sent: 2, delivered: 2 }],
  })
  const half = (await fields(`id,analytics.${RANGE}.granularity(HALF_HOUR)`)).analytics.data_points
  expect(half).toEqual([{ start: 1_789_999_200, end: 1_790_001_000, sent: 2, delivered: 2 }])
  const month = (await fields(`analytics.${RANGE}.granularity(MONTH)`)).analytics.data_points
  expect(month).toMatchObject([{ start: Date.UTC(2026, 8) / 1000, end: Date.UTC(2026, 9) / 1000 }])
  const elsewhere = await fields(`analytics.${RANGE}.granularity(DAY).country_codes(["BR"])`)
  expect(elsewhere.analytics.data_points).toEqual([])
  const other = await fields(`analytics.${RANGE}.granularity(DAY).phone_numbers(["+15550783882"])`)
  expect(other.analytics.data_points).toEqual([])
})

test('prices are told by what they differ in', async () => {
  const dimensions = 'dimensions(["PRICING_CATEGORY","PRICING_TYPE","COUNTRY","PHONE","TIER"])'
  const { pricing_analytics } = await fields(`pricing_analytics.${RANGE}.granularity(DAILY).${dimensions}`)
  const point = { ...DAY, country: 'US', phone_number: '15550783881', volume: 1, cost: 0 }
  expect(pricing_analytics.data).toEqual([
    {
      data_points: [
        { ...point, pricing_type: 'FREE_CUSTOMER_SERVICE', pricing_category: 'SERVICE' },
        { ...point, pricing_type: 'REGULAR', pricing_category: 'MARKETING' },
      ],
    },
  ])
})

test('conversations are counted no more', async () => {
  const { conversation_analytics } = await fields(`conversation_analytics.${RANGE}.granularity(DAILY)`)
  expect(conversation_analytics).toEqual({ data: [{ data_points: [] }] })
})

test.each([
  'analytics',
  `analytics.${RANGE}`,
  `analytics.${RANGE}.granularity(DAILY)`,
  `analytics.start(${START}).granularity(DAY)`,
  `analytics.start(${START}).end(${START}).granularity(DAY)`,
  'analytics.start(yesterday).end(today).granularity(DAY)',
  `pricing_analytics.${RANGE}.granularity(DAY)`,
  `pricing_analytics.${RANGE}.granularity(DAILY).dimensions(["COLOUR"])`,
  `conversation_analytics.${RANGE}.granularity(DAILY).dimensions(["TIER"])`,
])('%s is refused', async (asked) => {
  expect((await fields(asked)).error.code).toBe(100)
})

test('templates are counted once that is switched on, and it stays on', async () => {
  const edge = `/${ACCOUNT}/template_analytics`
  const query = `start=${START}&end=${START + 86_400}&granularity=DAILY`
  const get = async (more: string) => (await simulator.graph('GET', `${edge}?${more}`)).body
  expect((await get(`${query}&template_ids=[${TEMPLATE}]`)).error.code).toBe(200007)
  await simulator.graph('POST', `/${ACCOUNT}?is_enabled_for_insights=true`)
  const off = await simulator.graph('POST', `/${ACCOUNT}?is_enabled_for_insights=false`)
  expect(off.body.error.code).toBe(200006)
  const { data } = await get(`${query}&template_ids=[${TEMPLATE}]&metric_types=sent,delivered,clicked`)
  expect(data).toEqual([
    {
      granularity: 'DAILY',
      product_type: 'cloud_api',
      data_points: [{ template_id: TEMPLATE, ...DAY, sent: 1, delivered: 1, clicked: [] }],
    },
  ])
  for (const bad of [
    query,
    `${query}&template_ids=[1]`,
    `${query}&template_ids=[${Array(11).fill(TEMPLATE)}]`,
    `${query}&template_ids=[${TEMPLATE}]&metric_types=shared`,
    `start=1&end=2&granularity=DAILY&template_ids=[${TEMPLATE}]`,
    `start=${START}&end=${START + 1}&granularity=HOURLY&template_ids=[${TEMPLATE}]`,
  ]) {
    expect((await get(bad)).error.code).toBe(100)
  }
  expect((await simulator.graph('GET', `/${NUMBER}/template_analytics`)).body.error.code).toBe(2500)
})
