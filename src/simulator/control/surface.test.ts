import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { startSimulator } from '../start-simulator.ts'
import { CUSTOMER, KEY, NUMBER, startTestSimulator, testWorld } from '../testing/test-simulator.ts'

test('the control API asks for its key, but for its health', async () => {
  await using simulator = await startTestSimulator()
  const status = async (path: string, headers: Record<string, string>) => {
    const answer = await fetch(`${simulator.url}/simulator/v1${path}`, { headers })
    return [answer.status, await answer.json()]
  }
  expect(await status('/health', {})).toEqual([200, { status: 'ok', now: '2026-09-21T14:13:20.000Z' }])
  const refused = [401, { error: { message: expect.any(String) } }]
  expect(await status('/customers', {})).toEqual(refused)
  expect(await status('/customers', { 'x-api-key': 'wrong' })).toEqual(refused)
  expect(await status('/customers', { 'x-api-key': `${KEY}x` })).toEqual(refused)
  expect(await status('/nothing', {})).toEqual(refused)
  expect(await status('/nothing', { 'x-api-key': KEY })).toEqual([404, { error: { message: expect.any(String) } }])
  expect((await status('/customers', { 'x-api-key': KEY }))[0]).toBe(200)
})

test('the control API answers on this machine only', async () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4')
  if (!outside) return
  await using simulator = await startSimulator({ key: KEY, host: '0.0.0.0', world: testWorld() })
  const answer = await fetch(`http://${outside.address}:${simulator.port}/simulator/v1/customers`, {
    headers: { 'x-api-key': KEY },
  })
  expect(answer.status).toBe(403)
})

test('customers are listed with their open windows', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  expect((await simulator.control('GET', '/customers')).body).toMatchObject({
    data: [
      {
        wa_id: CUSTOMER,
        name: 'Sheena Nelson',
        windows: [{ phone_number_id: NUMBER, open_until: '2026-09-22T14:13:20.000Z' }],
        messages_count: 1,
      },
    ],
  })
})

test('a callback is set once it answers the handshake, and webhooks go there', async () => {
  await using simulator = await startTestSimulator({ callback: false })
  const { receiver } = simulator
  const set = (callback_url: unknown, verify_token: unknown = receiver.verifyToken) =>
    simulator.control('PUT', '/app/callback', { callback_url, verify_token })
  expect((await set(receiver.url, 'wrong')).body).toEqual({
    error: {
      message:
        '(#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = Forbidden',
      field: 'callback_url',
      code: 2200,
    },
  })
  expect((await set('http://127.0.0.1:1/')).body.error.code).toBe(2200)
  expect((await set('nonsense')).body.error.field).toBe('callback_url')
  expect((await set('ftp://example.com')).body.error.field).toBe('callback_url')
  expect((await set(receiver.url, 7)).body.error.field).toBe('verify_token')
  await simulator.customerSays('Into the void')
  expect((await set(receiver.url)).body).toEqual({ callback_url: receiver.url, verified: true })
  await simulator.customerSays('Hello')
  const deliveries = await receiver.waitFor(1)
  expect(deliveries[0]?.raw).toContain('Hello')
  expect((await set(null)).body).toEqual({ callback_url: null, verified: false })
})

test('bad input names its field', async () => {
  await using simulator = await startTestSimulator()
  const field = async (body: unknown, wa_id = CUSTOMER) => {
    const answer = await simulator.control('POST', `/customers/${wa_id}/messages`, body)
    expect(answer.status).toBe(400)
    return answer.body.error.field
  }
  const frame = { phone_number_id: NUMBER, type: 'text', text: { body: 'Hi' } }
  expect(await field(frame, 'nobody')).toBe('wa_id')
  expect(await field({ ...frame, phone_number_id: '1' })).toBe('phone_number_id')
  expect(await field({ ...frame, phone_number_id: undefined })).toBe('phone_number_id')
  expect(await field({ ...frame, type: 'hologram' })).toBe('type')
  expect(await field({ ...frame, text: undefined })).toBe('text')
  expect(await field({ ...frame, text: { body: 7 } })).toBe('text.body')
  expect(await field({ ...frame, colour: 'red' })).toBe('colour')
  expect(await field({ ...frame, context: { colour: 'red' } })).toBe('context.colour')
  expect(await field({ ...frame, type: 'location', location: { latitude: 91, longitude: 0 } })).toBe('text')
  expect(await field({ phone_number_id: NUMBER, type: 'location', location: { latitude: 91, longitude: 0 } })).toBe(
    'location.latitude',
  )
  expect(await field('{')).toBe('body')
  expect(await field('[]')).toBe('body')
  expect(await field(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toBe('body')
  expect((await simulator.control('GET', '/customers/19999999999/messages')).status).toBe(404)
})

test('the oldest finished messages leave when there are more than the limit, and idle customers with them', async () => {
  await using simulator = await startTestSimulator({ settings: { limits: { messages_kept: 10 } } })
  const first = (await simulator.customerSays('first')).body.id
  for (let count = 0; count < 20; count += 1) {
    await simulator.send({ to: `1650555${4000 + count}`, type: 'text', text: { body: 'Hi' } })
    await simulator.clock.advance(1000)
  }
  expect((await simulator.phone()).messages.map((message) => message.id)).not.toContain(first)
  const { data } = (await simulator.control('GET', '/customers')).body
  expect(data.map((customer: { wa_id: string }) => customer.wa_id)).toContain(CUSTOMER)
  expect(data.length).toBeLessThanOrEqual(12)
  const { state } = (await simulator.control('GET', '/state')).body
  expect(state.messages.$map.length).toBeLessThanOrEqual(11)
})
