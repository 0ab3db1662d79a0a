import { afterAll, beforeAll, expect, test } from 'vitest'
import { CUSTOMER, NUMBER, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'

const EDGE = `/${NUMBER}/groups`
const BODY = { messaging_product: 'whatsapp', subject: 'Plant lovers' }

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

/** What the apps were told of a request, in half a second. */
async function told({ clock, receiver }: TestSimulator, request_id: string) {
  const entries = () =>
    receiver.deliveries
      .map(({ raw }) => JSON.parse(raw).entry[0].changes[0])
      .filter(({ value }) => value.groups?.[0].request_id === request_id)
  expect(entries()).toEqual([])
  await clock.advance(500)
  await receiver.until(() => entries().length === 1)
  const [{ field, value }] = entries()
  expect(value.metadata).toEqual({ display_phone_number: '15550783881', phone_number_id: NUMBER })
  return { field, ...value.groups[0] }
}

async function create(own = simulator, change = {}): Promise<string> {
  const { request_id } = (await own.graph('POST', EDGE, { ...BODY, ...change })).body
  return (await told(own, request_id)).group_id
}

test('a group is requested, told, read, changed and deleted', async () => {
  await using own = await startTestSimulator()
  const { graph } = own
  const requested = (
    await graph('POST', EDGE, { ...BODY, description: 'Cacti', join_approval_mode: 'approval_required' })
  ).body
  expect(requested).toEqual({ messaging_product: 'whatsapp', request_id: expect.any(String) })
  const created = await told(own, requested.request_id)
  expect(created).toMatchObject({
    field: 'group_lifecycle_update',
    type: 'group_create',
    subject: 'Plant lovers',
    description: 'Cacti',
    join_approval_mode: 'approval_required',
    timestamp: '1790000000',
  })
  const id = created.group_id
  expect(id).toMatch(/^[\w-]+ZD$/)
  expect((await graph('GET', EDGE)).body.data).toEqual({
    groups: [{ id, subject: 'Plant lovers', created_at: '1790000000' }],
  })
  expect((await graph('GET', `/${id}?fields=subject,participants`)).body).toEqual({
    id,
    subject: 'Plant lovers',
    participants: [],
  })
  expect((await graph('GET', `/${id}?fields=colour`)).body.error.code).toBe(100)
  const changed = (await graph('POST', `/${id}`, { messaging_product: 'whatsapp', subject: 'Cactus lovers' })).body
  expect(await told(own, changed.request_id)).toMatchObject({
    field: 'group_settings_update',
    group_subject: { text: 'Cactus lovers', update_successful: true },
  })
  expect((await graph('GET', `/${id}`)).body).toMatchObject({ subject: 'Cactus lovers', total_participant_count: 0 })
  const deleted = (await graph('DELETE', `/${id}`)).body
  expect(await told(own, deleted.request_id)).toMatchObject({ type: 'group_delete', group_id: id })
  expect((await graph('GET', `/${id}`)).body.error.error_subcode).toBe(33)
  expect((await graph('GET', EDGE)).body).toEqual({ data: { groups: [] } })
})

test('the list has pages', async () => {
  await using own = await startTestSimulator()
  for (const subject of ['One', 'Two']) await create(own, { subject })
  const first = (await own.graph('GET', `${EDGE}?limit=1`)).body
  const second = (await own.graph('GET', `${EDGE}?limit=1&after=${first.paging.cursors.after}`)).body
  expect(second.data.groups).toMatchObject([{ subject: 'Two' }])
  expect((await own.graph('GET', `${EDGE}?after=nowhere`)).body.error.code).toBe(131059)
})

test('the invite link can be another one', async () => {
  const id = await create()
  const link = async (method: string) =>
    (await simulator.graph(method, `/${id}/invite_link`, method === 'POST' ? BODY : undefined)).body.invite_link
  const before = await link('GET')
  expect(before).toMatch(/^https:\/\/chat\.whatsapp\.com\/\w{22}$/)
  const after = await link('POST')
  expect(after).not.toBe(before)
  expect(await link('GET')).toBe(after)
  expect((await simulator.graph('POST', `/${id}/invite_link`, {})).body.error.code).toBe(100)
})

test('participants are removed', async () => {
  await using own = await startTestSimulator()
  const { graph, control } = own
  const id = await create(own)
  expect((await control('POST', `/groups/${id}/participants`, { wa_id: CUSTOMER })).body).toMatchObject({
    participants: [CUSTOMER],
    delivered: true,
  })
  expect((await control('POST', `/groups/${id}/participants`, { wa_id: CUSTOMER })).status).toBe(400)
  const remove = async (...users: string[]) =>
    (
      await graph('DELETE', `/${id}/participants`, {
        messaging_product: 'whatsapp',
        participants: users.map((user) => ({ user })),
      })
    ).body
  const { request_id } = await remove(`+${CUSTOMER}`, '16505550000')
  expect(await told(own, request_id)).toMatchObject({
    field: 'group_participants_update',
    type: 'group_participants_remove',
    removed_participants: [{ input: `+${CUSTOMER}`, wa_id: CUSTOMER }],
    failed_participants: [{ input: '16505550000', errors: [{ code: 131212 }] }],
  })
  expect((await remove(CUSTOMER)).error.code).toBe(131212)
  expect((await remove()).error.code).toBe(100)
  expect((await remove(...Array(9).fill(CUSTOMER))).error.code).toBe(100)
})

test('nobody asks to join', async () => {
  const id = await create()
  const edge = `/${id}/join_requests`
  expect((await simulator.graph('GET', edge)).body).toEqual({ data: [] })
  for (const method of ['POST', 'DELETE']) {
    const answer = await simulator.graph(method, edge, { messaging_product: 'whatsapp', join_requests: ['abc'] })
    expect(answer.body.error.code).toBe(131213)
    expect((await simulator.graph(method, edge, BODY)).body.error.code).toBe(100)
  }
})

test.each<[string, Record<string, unknown>]>([
  ['no product', { messaging_product: undefined }],
  ['no subject', { subject: undefined }],
  ['a long subject', { subject: 'x'.repeat(129) }],
  ['a long description', { description: 'x'.repeat(2049) }],
  ['another way to join', { join_approval_mode: 'lottery' }],
])('%s makes no group', async (_, change) => {
  expect((await simulator.graph('POST', EDGE, { ...BODY, ...change })).body.error.code).toBe(100)
})

test('a change of nothing, or to no subject, is refused', async () => {
  const id = await create()
  for (const change of [{}, { subject: '' }, { subject: 'x'.repeat(129) }]) {
    const answer = await simulator.graph('POST', `/${id}`, { messaging_product: 'whatsapp', ...change })
    expect(answer.body.error.code).toBe(100)
  }
})
