import { expect, test } from 'vitest'
import { CUSTOMER, NUMBER, startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'

const writes = (simulator: TestSimulator, message: Record<string, unknown>, wa_id = CUSTOMER) =>
  simulator.control('POST', `/customers/${wa_id}/messages`, { phone_number_id: NUMBER, ...message })
const change = (simulator: TestSimulator, body: Record<string, unknown>, wa_id = CUSTOMER) =>
  simulator.control('PATCH', `/customers/${wa_id}`, body)
const sendText = async (simulator: TestSimulator, body = 'Hi') =>
  (await simulator.send({ type: 'text', text: { body } })).body.messages[0].id as string
const advance = (simulator: TestSimulator, ms = 5000) => simulator.control('POST', '/clock/advance', { ms })
const told = (simulator: TestSimulator, id: string) =>
  simulator.receiver
    .values('statuses')
    .filter((status) => status.id === id)
    .map(({ status }) => status)

test('a customer edits, takes back and reacts to messages, and the phone shows it', async () => {
  await using simulator = await startTestSimulator()
  const { body: first } = await writes(simulator, { type: 'text', text: { body: 'Helo' } })
  const edited = { original_message_id: first.id, message: { type: 'text', text: { body: 'Hello' } } }
  await writes(simulator, { type: 'edit', edit: edited })
  const { body: second } = await writes(simulator, { type: 'text', text: { body: 'Oops' } })
  await writes(simulator, { type: 'revoke', revoke: { original_message_id: second.id } })
  const sent = await sendText(simulator)
  await advance(simulator)
  await writes(simulator, { type: 'reaction', reaction: { message_id: sent, emoji: '❤️' } })

  const shown = Object.fromEntries((await simulator.phone()).messages.map((message) => [message.id, message]))
  expect(shown[first.id]).toMatchObject({ text: { body: 'Hello' }, edits: [{ content: { body: 'Helo' } }] })
  expect(shown[second.id]).toMatchObject({ revoked: true })
  expect(shown[sent]).toMatchObject({ reactions: { [CUSTOMER]: '❤️' } })
  await writes(simulator, { type: 'reaction', reaction: { message_id: sent } })
  expect((await simulator.phone()).messages.find(({ id }) => id === sent)).not.toHaveProperty('reactions')
  expect(simulator.receiver.values('messages').map(({ type }) => type)).toEqual([
    'text',
    'edit',
    'text',
    'revoke',
    'reaction',
    'reaction',
  ])
})

test('a customer who opens nothing reads when told to, in one go', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  await change(simulator, { opens: false })
  const ids = [await sendText(simulator, 'one'), await sendText(simulator, 'two')]
  await advance(simulator)
  expect(ids.map((id) => told(simulator, id))).toEqual(Array(2).fill(['sent', 'delivered']))
  const { body } = await simulator.control('POST', `/customers/${CUSTOMER}/open`, { phone_number_id: NUMBER })
  expect(body).toEqual({ read: ids })
  await advance(simulator, 0)
  expect(ids.map((id) => told(simulator, id).at(-1))).toEqual(['read', 'read'])
})

test('without read receipts the business never learns of the reading', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  await change(simulator, { read_receipts: false })
  const id = await sendText(simulator)
  await advance(simulator)
  expect(told(simulator, id)).toEqual(['sent', 'delivered'])
})

test('a chat that is open is read at once: delivered is skipped, and read carries the price', async () => {
  await using simulator = await startTestSimulator({ settings: { timings: { delivered: 500, read: 500 } } })
  await simulator.customerSays('Hello')
  const id = await sendText(simulator)
  await advance(simulator)
  expect(told(simulator, id)).toEqual(['sent', 'read'])
  expect(simulator.receiver.values('statuses').at(-1)).toMatchObject({ status: 'read', pricing: { billable: false } })
})

test('a voice message is played once', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  const audio = { type: 'audio', audio: { link: 'https://example.com/a.ogg', voice: true } }
  const { id } = (await simulator.send(audio)).body.messages[0]
  const play = () => simulator.control('POST', `/customers/${CUSTOMER}/play`, { message_id: id })
  expect((await play()).status).toBe(400)
  await advance(simulator)
  await play()
  await play()
  await advance(simulator, 0)
  expect(told(simulator, id)).toEqual(['sent', 'delivered', 'read', 'played'])
})

test('stopping and resuming marketing is told, and marketing then fails with 131050', async () => {
  const templates = [
    { name: 'sale', language: 'en_US', category: 'MARKETING', components: [{ type: 'BODY', text: 'Sale today.' }] },
  ]
  await using simulator = await startTestSimulator({ templates })
  const sale = { type: 'template', template: { name: 'sale', language: { code: 'en_US' } } }
  await change(simulator, { opted_out: [NUMBER] })
  const stopped = (await simulator.send(sale)).body.messages[0].id
  await advance(simulator)
  await change(simulator, { opted_out: [] })
  const resumed = (await simulator.send(sale)).body.messages[0].id
  await advance(simulator)
  expect(told(simulator, stopped)).toEqual(['failed'])
  expect(told(simulator, resumed)).toEqual(['sent', 'delivered', 'read'])
  const preferences = simulator.receiver.deliveries
    .map(({ raw }) => JSON.parse(raw).entry[0].changes[0])
    .filter(({ field }) => field === 'user_preferences')
    .map(({ value }) => value.user_preferences[0])
  expect(preferences).toMatchObject([
    { wa_id: CUSTOMER, category: 'marketing_messages', value: 'stop' },
    { wa_id: CUSTOMER, category: 'marketing_messages', value: 'resume' },
  ])
})

test('a customer moves to another number: a system message without a profile, and the old number is dead', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  const moved = await simulator.control('POST', `/customers/${CUSTOMER}/number`, {
    phone_number_id: NUMBER,
    wa_id: '16505559999',
  })
  expect(moved.body).toMatchObject({
    from: CUSTOMER,
    type: 'system',
    system: {
      type: 'user_changed_number',
      wa_id: '16505559999',
      body: `User Sheena Nelson changed from ${CUSTOMER} to 16505559999`,
    },
  })
  const [, delivery] = await simulator.receiver.waitFor(2)
  expect(JSON.parse(delivery?.raw ?? '').entry[0].changes[0].value).not.toHaveProperty('contacts')
  const id = await sendText(simulator)
  await advance(simulator)
  expect(told(simulator, id)).toEqual(['failed'])
  expect(simulator.receiver.values('statuses')[0]?.errors[0].code).toBe(131026)
})

test('a customer who hides the number is a user id to the business, and is written to by it', async () => {
  await using simulator = await startTestSimulator({ settings: { switches: { user_ids: 'on' } } })
  const { body: customer } = await change(simulator, { shows_number: false, username: 'sheena' })
  const said = await simulator.customerSays('Hello')
  expect(said.body).toMatchObject({ from_user_id: customer.user_id })
  expect(said.body).not.toHaveProperty('from')
  const [delivery] = await simulator.receiver.waitFor(1)
  expect(JSON.parse(delivery?.raw ?? '').entry[0].changes[0].value.contacts).toEqual([
    { profile: { name: 'Sheena Nelson', username: 'sheena' }, user_id: customer.user_id },
  ])
  const { body: answer } = await simulator.send({
    to: undefined,
    recipient: customer.user_id,
    type: 'text',
    text: { body: 'Hi' },
  })
  expect(answer.contacts).toEqual([{ input: customer.user_id, user_id: customer.user_id }])
  await advance(simulator)
  const [sent] = simulator.receiver.values('statuses')
  expect(sent).toMatchObject({ status: 'sent', recipient_user_id: customer.user_id })
  expect(sent).not.toHaveProperty('recipient_id')
})

test('an ad brings a customer: the answer opens a free entry point of 72 hours', async () => {
  await using simulator = await startTestSimulator()
  const referral = { source_url: 'https://fb.me/1', source_id: '1', source_type: 'ad', ctwa_clid: 'c' }
  const said = await writes(simulator, { type: 'text', text: { body: 'Hi' }, referral })
  expect(said.body.referral).toEqual(referral)
  const [first, second] = [await sendText(simulator), await sendText(simulator)]
  await advance(simulator)
  const sent = simulator.receiver.values('statuses').filter(({ status }) => status === 'sent')
  expect(sent.map(({ id }) => id)).toEqual([first, second])
  const free = { billable: false, type: 'free_entry_point', category: 'referral_conversion' }
  expect(sent).toMatchObject([
    { pricing: free, conversation: { origin: { type: 'referral_conversion' } } },
    { pricing: free },
  ])
  expect(sent[0]?.conversation.id).toBe(sent[1]?.conversation.id)
  await simulator.clock.advance(72 * 3_600_000)
  await simulator.customerSays('Back')
  await sendText(simulator)
  await advance(simulator)
  const last = simulator.receiver.values('statuses').findLast(({ status }) => status === 'sent')
  expect(last).toMatchObject({ pricing: { type: 'free_customer_service' } })
  expect(last).not.toHaveProperty('conversation')
})

test('a storm comes in its time, from everyone, and each message once', async () => {
  await using simulator = await startTestSimulator({ seed: 1 })
  const storm = { phone_number_id: NUMBER, messages: 60, customers: 7, within_ms: 10_000 }
  expect((await simulator.control('POST', '/storms', storm)).body).toEqual({ messages: 60 })
  await advance(simulator, 5000)
  const half = simulator.receiver.values('messages').length
  expect(half).toBeGreaterThan(10)
  expect(half).toBeLessThan(50)
  await advance(simulator, 5000)
  const all = simulator.receiver.values('messages')
  expect([all.length, new Set(all.map(({ id }) => id)).size, new Set(all.map(({ from }) => from)).size]).toEqual([
    60, 60, 7,
  ])
})

test('a call opens the window, and its two ends are told', async () => {
  await using simulator = await startTestSimulator()
  const call = (body: Record<string, unknown>) =>
    simulator.control('POST', `/customers/${CUSTOMER}/calls`, { phone_number_id: NUMBER, ...body })
  const { body: begun } = await call({})
  expect(begun).toMatchObject({ event: 'connect', direction: 'USER_INITIATED', from: CUSTOMER, delivered: true })
  const id = await sendText(simulator)
  await advance(simulator)
  expect(told(simulator, id)[0]).toBe('sent')
  const { body: ended } = await call({ event: 'terminate', id: begun.id, seconds: 30 })
  expect(ended).toMatchObject({ id: begun.id, event: 'terminate', status: 'COMPLETED', duration: 30 })
  const fields = simulator.receiver.deliveries.map(({ raw }) => JSON.parse(raw).entry[0].changes[0].field)
  expect(fields.filter((field) => field === 'calls')).toHaveLength(2)
})

test('a customer the business has blocked writes into nothing, until it is unblocked', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  const block_users = [{ user: `+${CUSTOMER}` }]
  const block = (method: string) =>
    simulator.graph(method, `/${NUMBER}/block_users`, { messaging_product: 'whatsapp', block_users })
  expect((await block('POST')).status).toBe(200)
  expect((await simulator.customerSays('Anybody?')).body.delivered).toBe(false)
  const id = await sendText(simulator)
  await advance(simulator)
  expect(told(simulator, id)).toEqual(['failed'])
  await block('DELETE')
  expect((await simulator.customerSays('Back')).body.delivered).toBe(true)
  expect(simulator.receiver.values('messages').map(({ text }) => text.body)).toEqual(['Hello', 'Back'])
})
