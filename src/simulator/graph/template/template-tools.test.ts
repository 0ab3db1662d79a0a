import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'

const START = 1_790_000_000
const [ONE, TWO] = ['4000000000000001', '4000000000000002']
const seed = (id: string, name: string) => ({
  id,
  name,
  language: 'en_US',
  category: 'MARKETING',
  components: [{ type: 'BODY', text: 'News' }],
})

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator({ templates: [seed(ONE, 'one'), seed(TWO, 'two')] })
})
afterAll(() => simulator[Symbol.asyncDispose]())

const get = async (path: string) => (await simulator.graph('GET', path)).body

test('two templates are compared', async () => {
  await simulator.send({ type: 'template', template: { name: 'one', language: { code: 'en_US' } } })
  await simulator.clock.advance(2000)
  const range = `start=${START - 6 * 86_400}&end=${START + 86_400}`
  expect((await get(`/${ONE}/compare?template_ids=[${TWO}]&${range}`)).data).toEqual([
    { metric: 'BLOCK_RATE', type: 'RELATIVE', order_by_relative_metric: [ONE, TWO] },
    {
      metric: 'MESSAGE_SENDS',
      type: 'NUMBER_VALUES',
      number_values: [
        { key: ONE, value: 1 },
        { key: TWO, value: 0 },
      ],
    },
    { metric: 'TOP_BLOCK_REASON', type: 'STRING_VALUES', string_values: expect.any(Array) },
  ])
  for (const query of [
    range,
    `template_ids=[${ONE}]&${range}`,
    `template_ids=[1]&${range}`,
    `template_ids=[${TWO}]`,
    `template_ids=[${TWO}]&start=${START}&end=${START + 86_400}`,
  ]) {
    expect((await get(`/${ONE}/compare?${query}`)).error.code).toBe(100)
  }
})

test('the fixed texts are shown', async () => {
  const edge = `/${ACCOUNT}/message_template_previews`
  const query = 'add_security_recommendation=true&code_expiration_minutes=10&button_types=OTP'
  expect((await get(`${edge}?category=AUTHENTICATION&languages=en_US,es_ES&${query}`)).data).toEqual(
    ['en_US', 'es_ES'].map((language) => ({
      body: '*{{1}}* is your verification code. For your security, do not share this code.',
      footer: 'This code expires in 10 minutes.',
      buttons: [{ type: 'OTP', text: 'Copy code', autofill_text: 'Autofill' }],
      language,
    })),
  )
  expect((await get(`${edge}?category=AUTHENTICATION`)).data).toEqual([
    { body: '*{{1}}* is your verification code.', language: 'en_US' },
  ])
  for (const bad of [
    '',
    'category=MARKETING',
    'category=AUTHENTICATION&language=xx',
    'category=AUTHENTICATION&code_expiration_minutes=91',
    'category=AUTHENTICATION&button_types=URL',
  ]) {
    expect((await get(`${edge}?${bad}`)).error.code).toBe(100)
  }
})

test('one template in several languages is made, and changed where it is there', async () => {
  const upsert = async (change: Record<string, unknown> = {}) => {
    const components = [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] }]
    const body = { name: 'code', category: 'AUTHENTICATION', languages: ['en_US', 'es_ES'], components, ...change }
    return (await simulator.graph('POST', `/${ACCOUNT}/upsert_message_templates`, body)).body
  }
  const { data } = await upsert()
  expect(data).toEqual([
    { id: expect.any(String), status: 'PENDING', language: 'en_US' },
    { id: expect.any(String), status: 'PENDING', language: 'es_ES' },
  ])
  await simulator.clock.advance(3000)
  const again = (await upsert({ languages: ['es_ES', 'fr'] })).data
  expect(again[0].id).toBe(data[1].id)
  expect(again[1].language).toBe('fr')
  const text = [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }] }]
  for (const change of [
    { category: 'MARKETING' },
    { category: undefined },
    { languages: [] },
    { languages: 'en_US' },
    { languages: ['xx'] },
    { name: undefined },
    { components: text },
    { components: undefined },
  ]) {
    expect((await upsert(change)).error.code).toBe(100)
  }
})
