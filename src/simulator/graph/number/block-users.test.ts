import { expect, test } from 'vitest'
import { CUSTOMER, NUMBER, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'

const EDGE = `/${NUMBER}/block_users`
const of = (...users: string[]) => ({
  messaging_product: 'whatsapp',
  block_users: users.map((user) => ({ user })),
})
const says = ({ control }: TestSimulator, wa_id: string) =>
  control('POST', `/customers/${wa_id}/messages`, { phone_number_id: NUMBER, type: 'text', text: { body: 'Hi' } })

test('who wrote is blocked and unblocked', async () => {
  await using simulator = await startTestSimulator()
  const { graph } = simulator
  await simulator.customerSays('Buy my watches')
  const user = { input: `+${CUSTOMER}`, wa_id: CUSTOMER }
  expect((await graph('POST', EDGE, of(`+${CUSTOMER}`))).body).toEqual({
    messaging_product: 'whatsapp',
    block_users: { added_users: [user] },
  })
  expect((await graph('GET', EDGE)).body.data).toEqual([{ messaging_product: 'whatsapp', wa_id: CUSTOMER }])
  expect((await graph('DELETE', EDGE, of(`+${CUSTOMER}`))).body).toEqual({
    messaging_product: 'whatsapp',
    block_users: { removed_users: [user] },
  })
  expect((await graph('GET', EDGE)).body).toEqual({ data: [] })
})

test('the others of a call are told beside its error', async () => {
  await using simulator = await startTestSimulator()
  const { graph, clock } = simulator
  await simulator.customerSays('Buy my watches')
  const answer = await graph('POST', EDGE, of(CUSTOMER, '16505550000'))
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({
    messaging_product: 'whatsapp',
    block_users: {
      added_users: [{ input: CUSTOMER, wa_id: CUSTOMER }],
      failed_users: [{ input: '16505550000', wa_id: '16505550000', errors: [{ code: 131047 }] }],
    },
    error: { code: 139100 },
  })
  const removed = await graph('DELETE', EDGE, of('16505550000'))
  expect(removed.body).toMatchObject({ block_users: { removed_users: [] }, error: { code: 139100 } })
  await clock.advance(24 * 3_600_000)
  expect((await graph('POST', EDGE, of(CUSTOMER))).body.error.code).toBe(139100)
})

test('the list is as long as it may be, and has pages', async () => {
  await using simulator = await startTestSimulator()
  const { graph, control } = simulator
  await control('PATCH', '/settings', { limits: { blocked_users: 2 } })
  const users = ['16505550001', '16505550002', '16505550003']
  for (const user of users) await says(simulator, user)
  expect((await graph('POST', EDGE, of(...users))).body.error.code).toBe(139101)
  expect((await graph('POST', EDGE, of(...users.slice(0, 2)))).status).toBe(200)
  expect((await graph('POST', EDGE, of(...users.slice(0, 2)))).status).toBe(200)
  const first = (await graph('GET', `${EDGE}?limit=1`)).body
  const second = (await graph('GET', `${EDGE}?limit=1&after=${first.paging.cursors.after}`)).body
  expect([first.data[0].wa_id, second.data[0].wa_id]).toEqual(users.slice(0, 2))
})

test.each<[string, Record<string, unknown>]>([
  ['no product', { ...of(CUSTOMER), messaging_product: undefined }],
  ['nobody', of()],
  ['no list', { messaging_product: 'whatsapp' }],
  ['a list of texts', { messaging_product: 'whatsapp', block_users: [CUSTOMER] }],
  ['a user that is no number', of('Sheena')],
])('%s is refused', async (_, body) => {
  await using simulator = await startTestSimulator()
  for (const method of ['POST', 'DELETE']) {
    const answer = await simulator.graph(method, EDGE, body)
    expect([answer.status, answer.body.error.code]).toEqual([400, 100])
  }
})
