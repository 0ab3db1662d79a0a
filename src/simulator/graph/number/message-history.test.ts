import { expect, test } from 'vitest'
import { NUMBER, OTHER_NUMBER, startTestSimulator } from '../../testing/test-simulator.ts'

const EDGE = `/${NUMBER}/message_history`

test('what became of messages is told, newest first, page by page', async () => {
  await using simulator = await startTestSimulator()
  const { graph, clock } = simulator
  await simulator.customerSays('Hello')
  const send = async () => (await simulator.send({ type: 'text', text: { body: 'Hi' } })).body.messages[0].id
  const [first, second] = [await send(), await send()]
  await simulator.statuses(first, 0)
  await clock.advance(2000)
  const { data, paging } = (await graph('GET', `${EDGE}?limit=1`)).body
  expect(data).toEqual([
    {
      id: second,
      message_id: second,
      events: {
        data: [{ delivery_status: 'READ', timestamp: expect.any(Number), webhook_update_state: 'DELIVERED' }],
      },
    },
  ])
  const next = (await graph('GET', `${EDGE}?after=${paging.cursors.after}`)).body
  expect(next.data[0].id).toBe(first)
  const one = (await graph('GET', `${EDGE}?message_id=${encodeURIComponent(first)}`)).body
  expect(one.data).toMatchObject([{ message_id: first }])
  expect((await graph('GET', `/${OTHER_NUMBER}/message_history`)).body).toEqual({ data: [] })
  expect((await graph('GET', `${EDGE}?after=nowhere`)).body.error.code).toBe(131059)
})

test('why a message failed is told', async () => {
  await using simulator = await startTestSimulator()
  await simulator.send({ type: 'text', text: { body: 'Hi' } })
  await simulator.clock.advance(2000)
  const [{ events }] = (await simulator.graph('GET', EDGE)).body.data
  expect(events.data[0]).toMatchObject({ delivery_status: 'FAILED', error_description: 'Re-engagement message' })
})
