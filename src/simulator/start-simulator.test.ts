import { expect, test } from 'vitest'
import { manualClock } from '../lib/clock.ts'
import { CUSTOMER, NUMBER, startTestSimulator, testWorld } from './testing/test-simulator.ts'

test('a text is accepted, comes to the phone, and its statuses come signed', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  const answer = await simulator.send({ type: 'text', text: { body: 'Hi' }, biz_opaque_callback_data: 'abc' })
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    messaging_product: 'whatsapp',
    contacts: [{ input: CUSTOMER, wa_id: CUSTOMER }],
    messages: [{ id: expect.stringMatching(/^wamid\.[A-Za-z0-9+/]+=*$/) }],
  })
  await simulator.clock.advance(599)
  expect(await simulator.phone()).toMatchObject({ messages: [{ direction: 'written' }], waiting: 1 })
  await simulator.clock.advance(1)
  const [, shown] = (await simulator.phone()).messages
  expect(shown).toMatchObject({ direction: 'received', status: 'delivered', type: 'text', text: { body: 'Hi' } })
  await simulator.clock.advance(2000)

  const statuses = await simulator.statuses(answer.body.messages[0].id, 3)
  expect(statuses.map((status) => status.status).sort()).toEqual(['delivered', 'read', 'sent'])
  const sent = statuses.find((status) => status.status === 'sent')
  expect(sent).toEqual({
    id: answer.body.messages[0].id,
    status: 'sent',
    timestamp: expect.stringMatching(/^\d{10}$/),
    recipient_id: CUSTOMER,
    biz_opaque_callback_data: 'abc',
    pricing: { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' },
  })
  expect(statuses.find((status) => status.status === 'read')).not.toHaveProperty('pricing')
})

test('what a customer writes arrives signed over its raw, escaped bytes', async () => {
  await using simulator = await startTestSimulator()
  const said = await simulator.customerSays('Olá / 👋')
  const [delivery] = await simulator.receiver.waitFor(1)
  expect(delivery?.validSignatures).toEqual([true, true])
  expect(delivery?.headers['user-agent']).toBe('facebookexternalua')
  expect(delivery?.headers['content-type']).toBe('application/json')
  expect(delivery?.raw).toContain('Ol\\u00e1 \\/ \\ud83d\\udc4b')
  expect(JSON.parse(delivery?.raw ?? '')).toEqual({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: NUMBER },
              contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: CUSTOMER }],
              messages: [
                {
                  from: CUSTOMER,
                  id: said.body.id,
                  timestamp: '1790000000',
                  type: 'text',
                  text: { body: 'Olá / 👋' },
                },
              ],
            },
          },
        ],
      },
    ],
  })
})

test('outside the 24 hours a free-form message is accepted and then fails', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  await simulator.clock.advance(24 * 3600 * 1000)
  const answer = await simulator.send({ type: 'text', text: { body: 'Late' } })
  expect(answer.status).toBe(200)
  await simulator.clock.advance(5000)
  const [status] = await simulator.statuses(answer.body.messages[0].id, 1)
  expect(status).toMatchObject({
    status: 'failed',
    errors: [
      {
        code: 131047,
        title: 'Re-engagement message',
        error_data: {
          details:
            'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
        },
      },
    ],
  })
  const phone = await simulator.phone()
  expect(phone.messages).toHaveLength(1)
  expect(phone.failed).toMatchObject([{ id: answer.body.messages[0].id, status: 'failed' }])
})

test('the window belongs to one number and one customer, and a new message opens it again', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  await simulator.clock.advance(24 * 3600 * 1000 - 1)
  const inside = await simulator.send({ type: 'text', text: { body: 'In time' } })
  const stranger = await simulator.send({ to: '16505550000', type: 'text', text: { body: 'Who?' } })
  await simulator.clock.advance(3000)
  expect((await simulator.phone()).messages.map((message) => message.id)).toContain(inside.body.messages[0].id)
  expect((await simulator.phone('16505550000')).failed[0]?.id).toBe(stranger.body.messages[0].id)
})

test('a frozen start is exactly at its time', async () => {
  let now = 5_000_000
  // A clock on which every look takes a second.
  const clock = { ...manualClock(0), now: () => (now += 1_000_000) }
  await using simulator = await startTestSimulator({ clock, startAt: 1_790_000_000_000_000, frozen: true })
  const { body } = await simulator.control('GET', '/clock')
  expect(body).toMatchObject({ now: '2026-09-21T14:13:20.000Z', frozen: true })
})

test('customers say what they say at every start and every reset, and so the window is open', async () => {
  const world = testWorld()
  world.customers = [{ wa_id: CUSTOMER, name: 'Sheena Nelson', says: 'Hello!' }]
  await using simulator = await startTestSimulator({ world })
  for (const count of [1, 2]) {
    await simulator.receiver.waitFor(count)
    expect((await simulator.phone()).messages).toMatchObject([{ direction: 'written', text: { body: 'Hello!' } }])
    await simulator.control('DELETE', '/state')
  }
})

test('answers carry X-App-Usage on demand', async () => {
  await using simulator = await startTestSimulator()
  const usage = async () => (await simulator.graph('GET', `/${NUMBER}`)).headers.get('x-app-usage')
  expect(await usage()).toBe(null)
  await simulator.control('PATCH', '/settings', { app_usage: true })
  expect(JSON.parse((await usage()) ?? '')).toEqual({ call_count: 0, total_cputime: 0, total_time: 0 })
})
