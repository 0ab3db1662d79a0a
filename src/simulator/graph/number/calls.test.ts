import { afterAll, beforeAll, expect, test } from 'vitest'
import { CUSTOMER, NUMBER, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const CONNECT = { action: 'connect', to: CUSTOMER, session: { sdp_type: 'offer', sdp: 'v=0' } }
const answerTo = async (body: Record<string, unknown>) =>
  (await simulator.graph('POST', `/${NUMBER}/calls`, { messaging_product: 'whatsapp', ...body })).body

test('a call begins and ends', async () => {
  const { calls } = await answerTo(CONNECT)
  expect(calls).toEqual([{ id: expect.stringMatching(/^wacid\./) }])
  const call_id = calls[0].id
  const session = { sdp_type: 'answer', sdp: 'v=0' }
  for (const action of ['pre_accept', 'accept', 'reject', 'terminate']) {
    const answer = await answerTo({ action, call_id, ...(action.includes('accept') ? { session } : {}) })
    expect(answer).toEqual({ messaging_product: 'whatsapp', success: true })
  }
})

test.each<[string, Record<string, unknown>]>([
  ['no action', { ...CONNECT, action: undefined }],
  ['an unknown action', { ...CONNECT, action: 'hold' }],
  ['nobody to call', { ...CONNECT, to: undefined }],
  ['a name to call', { ...CONNECT, to: 'Sheena' }],
  ['no session', { ...CONNECT, session: undefined }],
  ['an answer to nothing', { ...CONNECT, session: { sdp_type: 'answer', sdp: 'v=0' } }],
  ['a session of nothing', { ...CONNECT, session: { sdp_type: 'offer' } }],
  ['long data', { ...CONNECT, biz_opaque_callback_data: 'x'.repeat(513) }],
  ['no call', { action: 'terminate' }],
  ['no product', { ...CONNECT, messaging_product: undefined }],
])('%s is refused', async (_, body) => {
  expect((await answerTo(body)).error.code).toBe(100)
})

test('a number that does not take calls makes none', async () => {
  await using own = await startTestSimulator()
  await own.graph('POST', `/${NUMBER}/settings`, { calling: { status: 'DISABLED' } })
  const answer = await own.graph('POST', `/${NUMBER}/calls`, { messaging_product: 'whatsapp', ...CONNECT })
  expect([answer.status, answer.body.error.code]).toEqual([401, 138000])
})

test('permissions are read', async () => {
  const edge = `/${NUMBER}/call_permissions`
  const { body } = await simulator.graph('GET', `${edge}?user_wa_id=${CUSTOMER}`)
  expect(body).toMatchObject({ messaging_product: 'whatsapp', permission: { status: 'no_permission' } })
  expect(body.actions.map(({ action_name }: { action_name: string }) => action_name)).toEqual([
    'send_call_permission_request',
    'start_call',
  ])
  expect((await simulator.graph('GET', edge)).body.error.code).toBe(100)
})
