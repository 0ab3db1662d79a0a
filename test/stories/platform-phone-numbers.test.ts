import { expect, test } from 'vitest'
import { ensureProject } from '../../src/store/commands/ensure-project.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { ACCOUNT, makeKey, NUMBER, startGateway } from '../support/start-gateway.ts'

const BASE = '/platform/v1/whatsapp/phone_numbers'
const SECOND = { name: 'Second', phone_number_id: '306540352242922', business_account_id: ACCOUNT, access_token: 'two' }
const DETAILS = { display_phone_number: '+1 555-123-4567', verified_name: 'Shop', status: 'CONNECTED' }

async function start() {
  const graph = await startCapturingGraph()
  graph.answers({ body: DETAILS })
  const gateway = await startGateway({ graphUrl: graph.url })
  return {
    graph,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

test('a number is connected, found by both of its ids, changed and disconnected', async () => {
  await using started = await start()
  const { gateway, graph } = started
  const created = await gateway.call('POST', BASE, { whatsapp_phone_number: SECOND })
  expect(created.status).toBe(201)
  const { internal_id } = created.json.data as { internal_id: string }
  expect(created.json.data).toMatchObject({
    ...{ id: SECOND.phone_number_id, name: 'Second', kind: 'production', status: 'CONNECTED' },
    ...{ inbound_processing_enabled: true, calls_enabled: false, customer_id: null },
    ...{ display_phone_number: DETAILS.display_phone_number, display_phone_number_normalized: '15551234567' },
  })
  expect(created.text).not.toContain('two')

  graph.requests.length = 0
  const change = { name: 'Sales', calls_enabled: true, inbound_processing_enabled: false }
  const changed = await gateway.call('PATCH', `${BASE}/${internal_id}`, { whatsapp_phone_number: change })
  expect([changed.status, changed.json.warnings]).toEqual([200, []])
  expect(changed.json.data).toMatchObject({ ...change, display_name: 'Sales', verified_name: 'Shop', internal_id })
  const { created_at, updated_at } = changed.json.data as { created_at: string; updated_at: string }
  expect(updated_at > created_at).toBe(true)
  expect(graph.requests).toEqual([])
  expect((await gateway.call('GET', `${BASE}/${SECOND.phone_number_id}`)).json.data).toEqual(changed.json.data)

  const gone = await gateway.call('DELETE', `${BASE}/${SECOND.phone_number_id}`)
  expect([gone.status, gone.text]).toEqual([204, ''])
  expect((await gateway.call('GET', `${BASE}/${SECOND.phone_number_id}`)).status).toBe(404)
  const send = { messaging_product: 'whatsapp', to: '15551234567', type: 'text', text: { body: 'x' } }
  const path = `${gateway.meta}/${SECOND.phone_number_id}/messages`
  expect((await gateway.call('POST', path, send)).status).toBe(404)
  expect((await gateway.call('POST', BASE, { whatsapp_phone_number: SECOND })).status).toBe(201)
})

test('a new token is shown to Meta, used from then on, and never shown', async () => {
  await using started = await start()
  const { gateway, graph } = started
  const rotate = (access_token: string) =>
    gateway.call('PATCH', `${BASE}/${NUMBER}`, { whatsapp_phone_number: { access_token } })
  const settings = () => gateway.call('GET', `${gateway.meta}/${NUMBER}/settings`)
  await settings()

  graph.answers({ body: { ...DETAILS, verified_name: 'Renamed' } })
  const rotated = await rotate('fresh-token')
  expect(rotated.json.data).toMatchObject({ verified_name: 'Renamed' })
  expect(rotated.text).not.toContain('fresh-token')
  expect(graph.requests.at(-1)?.headers.authorization).toBe('Bearer fresh-token')
  await settings()
  expect(graph.requests.at(-1)?.headers.authorization).toBe('Bearer fresh-token')

  graph.answers({ status: 400, body: { error: { message: 'Session has expired', code: 190 } } })
  const refused = await rotate('stale-token')
  expect([refused.status, refused.json]).toEqual([
    422,
    { error: 'Access token was refused by Meta: Session has expired' },
  ])
  await settings()
  expect(graph.requests.at(-1)?.headers.authorization).toBe('Bearer fresh-token')

  graph.answers('reset')
  const unsure = await rotate('other-token')
  expect([unsure.status, unsure.json.warnings]).toEqual([200, [expect.stringContaining('could not be reached')]])
  expect(unsure.json.data).toMatchObject({ verified_name: 'Renamed' })
})

test.each<[method: string, path: string, status: number, error: string | RegExp, body?: unknown]>([
  ['POST', '', 400, 'param is missing or the value is empty: whatsapp_phone_number'],
  ['POST', '', 400, 'param is missing or the value is empty: whatsapp_phone_number', {}],
  ['POST', '', 400, 'param is missing or the value is empty: whatsapp_phone_number', []],
  ['POST', '', 400, 'The request body is not JSON.', '{'],
  ['POST', '', 400, /phone_number_id/, { whatsapp_phone_number: { ...SECOND, phone_number_id: 'abc' } }],
  ['POST', '', 400, /access_token/, { whatsapp_phone_number: { ...SECOND, access_token: '' } }],
  ['POST', '', 400, /name/, { whatsapp_phone_number: { ...SECOND, name: 7 } }],
  ['POST', '', 400, /kind/, { whatsapp_phone_number: { ...SECOND, kind: 'pretend' } }],
  ['POST', '', 409, /already connected/, { whatsapp_phone_number: { ...SECOND, phone_number_id: NUMBER } }],
  ['PATCH', `/${NUMBER}`, 400, 'param is missing or the value is empty: whatsapp_phone_number', {}],
  ['PATCH', `/${NUMBER}`, 400, /calls_enabled/, { whatsapp_phone_number: { calls_enabled: 'yes' } }],
  ['PATCH', `/${NUMBER}`, 400, /whatsapp_phone_number/, { whatsapp_phone_number: 'x' }],
  ['PATCH', `/${NUMBER}`, 422, /cannot be changed/, { whatsapp_phone_number: { phone_number_id: '12345' } }],
  ['PATCH', '/12345', 404, 'Phone number not found', { whatsapp_phone_number: { name: 'x' } }],
  ['DELETE', '/12345', 404, 'Phone number not found'],
  ['DELETE', `/${'9'.repeat(400)}`, 404, 'Phone number not found'],
  ['DELETE', '/%00', 404, 'Phone number not found'],
])('%s %s is refused with %i', async (method, path, status, error, body) => {
  await using started = await start()
  const { gateway } = started
  const answer = await gateway.call(method, BASE + path, body)
  expect([answer.status, answer.json.error]).toEqual([
    status,
    typeof error === 'string' ? error : expect.stringMatching(error),
  ])
  const { json } = await gateway.call('GET', BASE)
  expect(json.data).toMatchObject([{ phone_number_id: NUMBER, name: 'Test', calls_enabled: false }])
})

test('another project’s number can be neither changed nor disconnected', async () => {
  await using started = await start()
  const { gateway } = started
  const other = await gateway.context.store.write(ensureProject, { name: 'other' })
  const stranger = { 'x-api-key': await makeKey(gateway, 'project', other.id) }
  for (const [method, body] of [['PATCH', { whatsapp_phone_number: { name: 'x' } }], ['DELETE'], ['GET']] as const) {
    const answer = await gateway.call(method, `${BASE}/${NUMBER}`, body, stranger)
    expect([answer.status, answer.json]).toEqual([404, { error: 'Phone number not found' }])
  }
  const admin = { 'x-api-key': gateway.admin_key }
  expect((await gateway.call('DELETE', `${BASE}/${NUMBER}`, undefined, admin)).status).toBe(403)
  expect((await gateway.call('GET', `${BASE}/${NUMBER}`)).status).toBe(200)
})
